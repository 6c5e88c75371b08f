{#- The last day that counts. Everything that depends on it uses this macro. -#}
{% macro as_of_date() -%}
    cast('{{ var("as_of_date") }}' as date)
{%- endmacro %}


{#- The last day that an accepted event can have, from raw.landed_files: the day after as_of_date or after the newest
    landing day, whichever is later. What is dated ahead of it waits in quarantine until its day has come. -#}
{% macro last_event_date() -%}
    {{ add_days('greatest(' ~ as_of_date() ~ ', ' ~ local_date('max(landed_files.landed_at)') ~ ')', 1) }}
{%- endmacro %}


{#- The instant at which the first day begins that an event can be dated; compared with instants, it needs no zone. -#}
{% macro earliest_instant() -%}
    {{ local_midnight("cast('" ~ var("earliest_date") ~ "' as date)") }}
{%- endmacro %}


{#- Whether a half-open span contains a day: its first day is included, its end is not; an end of null is open. -#}
{% macro is_valid_on(valid_from, valid_to, day) -%}
    ({{ valid_from }} <= {{ day }} and ({{ valid_to }} is null or {{ valid_to }} > {{ day }}))
{%- endmacro %}


{#- The later or earlier one of two days; where one is null, the other. Some engines' functions give null then. -#}
{% macro later_day(one, other) -%}
    greatest(coalesce({{ one }}, {{ other }}), coalesce({{ other }}, {{ one }}))
{%- endmacro %}


{% macro earlier_day(one, other) -%}
    least(coalesce({{ one }}, {{ other }}), coalesce({{ other }}, {{ one }}))
{%- endmacro %}


{#- Date arithmetic that always gives a date, where the engines' own functions may give a timestamp. -#}
{% macro add_days(day, number) -%}
    cast({{ dbt.dateadd('day', number, day) }} as date)
{%- endmacro %}


{% macro add_months(day, number) -%}
    cast({{ dbt.dateadd('month', number, day) }} as date)
{%- endmacro %}


{% macro month_start(day) -%}
    cast({{ dbt.date_trunc('month', day) }} as date)
{%- endmacro %}


{% macro days_between(first_date, last_date) -%}
    cast({{ dbt.datediff(first_date, last_date, 'day') }} as integer)
{%- endmacro %}


{#-
When an event happened, as UTC stamp and as business-zone day. A bare date is its midnight there, and what was observed
happened on the day it landed.
-#}
{% macro occurrence(events) -%}
    {%- set day -%}
        case
            when {{ events }}.is_observed then {{ local_date(events ~ '.landed_at') }}
            else {{ events }}.occurred_date
        end
    {%- endset -%}
    case
        when {{ events }}.is_observed or {{ events }}.occurred_date is not null then {{ local_midnight(day) }}
        else {{ events }}.occurred_at
    end as occurred_at,
    case
        when {{ events }}.is_observed or {{ events }}.occurred_date is not null then {{ day }}
        else {{ local_date(events ~ '.occurred_at') }}
    end as occurred_date
{%- endmacro %}
