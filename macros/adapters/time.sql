{#- SQL of dates and zones that differs by engine. Stamps are UTC without a zone; dates are business-zone dates. -#}

{#- In UTC there is nothing to convert, and each conversion costs as much as reading the row. -#}
{% macro local_date(stamp) -%}
    {%- if var('business_timezone') == 'UTC' -%}
        {{ return('cast(' ~ stamp ~ ' as date)') }}
    {%- endif -%}
    {{ return(adapter.dispatch('local_date', 'lead_sla')(stamp)) }}
{%- endmacro %}

{% macro default__local_date(stamp) -%}
    cast({{ stamp }} at time zone 'UTC' at time zone '{{ var("business_timezone") }}' as date)
{%- endmacro %}

{% macro spark__local_date(stamp) -%}
    cast(convert_timezone('UTC', '{{ var("business_timezone") }}', {{ stamp }}) as date)
{%- endmacro %}


{% macro local_midnight(day) -%}
    {{ return(adapter.dispatch('local_midnight', 'lead_sla')(day)) }}
{%- endmacro %}

{% macro default__local_midnight(day) -%}
    cast({{ day }} as timestamp) at time zone '{{ var("business_timezone") }}' at time zone 'UTC'
{%- endmacro %}

{#- If clocks are set back across midnight, it occurs twice. Spark returns the first, DuckDB and this macro the second. -#}
{% macro spark__local_midnight(day) -%}
    {%- set zone = var("business_timezone") -%}
    {%- set midnight = 'cast(' ~ day ~ ' as timestamp_ntz)' -%}
    {%- set first = "convert_timezone('" ~ zone ~ "', 'UTC', " ~ midnight ~ ')' -%}
    case
        when convert_timezone('UTC', '{{ zone }}', {{ first }} + interval 1 hour) = {{ midnight }}
            then {{ first }} + interval 1 hour
        else {{ first }}
    end
{%- endmacro %}


{% macro iso_weekday(day) -%}
    {{ return(adapter.dispatch('iso_weekday', 'lead_sla')(day)) }}
{%- endmacro %}

{% macro default__iso_weekday(day) -%}
    cast(extract(isodow from {{ day }}) as integer)
{%- endmacro %}

{% macro spark__iso_weekday(day) -%}
    (weekday({{ day }}) + 1)
{%- endmacro %}


{% macro explode_dates(first_date, last_date) -%}
    {{ return(adapter.dispatch('explode_dates', 'lead_sla')(first_date, last_date)) }}
{%- endmacro %}

{% macro default__explode_dates(first_date, last_date) -%}
    cast(unnest(generate_series({{ first_date }}, {{ last_date }}, interval 1 day)) as date)
{%- endmacro %}

{% macro spark__explode_dates(first_date, last_date) -%}
    explode(sequence({{ first_date }}, {{ last_date }}, interval 1 day))
{%- endmacro %}
