{#- The parts of the forecast that several of its models share (docs/metrics.md, "Forecast"). -#}

{#- A number between two bounds; null for null, which greatest() and least() would pass over. -#}
{% macro clip(number, low, high) -%}
    case when {{ number }} is not null then greatest({{ low }}, least({{ high }}, {{ number }})) end
{%- endmacro %}


{#- Months counted from the year 0, so that a window frame can span a number of them. -#}
{% macro month_number(day) -%}
    cast(extract(year from {{ day }}) * 12 + extract(month from {{ day }}) as integer)
{%- endmacro %}


{#- What errors of a projection are measured in, when `remainder` is projected for the days ahead. -#}
{% macro error_scale(remainder) -%}
    (
        sqrt(expected_ahead / (expected_gone + expected_ahead))
        * (actual_cumulative + {{ remainder }} + expected_gone + expected_ahead) / 2
    )
{%- endmacro %}


{#- Window: the days of a month with about as many days left as a day of it. -#}
{% macro neighbor_days() -%}
    partition by sla_id, month_number
    order by days_left
    range between {{ var('forecast_neighbor_days') }} preceding and {{ var('forecast_neighbor_days') }} following
{%- endmacro %}


{#- Window: the days with as many days left of the months before. -#}
{% macro past_days() -%}
    partition by sla_id, days_left
    order by month_number
    range between {{ var('forecast_history_months') }} preceding and 1 preceding
{%- endmacro %}


{#-
The chance to reach a target: 0.9 with the target at the lower end of the band, 0.5 at its middle, 0.1 at its upper end.
Without a width, which of the two it is.
-#}
{% macro hit_probability(band, target) -%}
    case
        when coalesce({{ target }}, 0) = 0 then null
        when {{ at_least(band ~ '.actual_cumulative', target) }} then 0.99
        when {{ exceeds(band ~ '.half_width', 0) }}
            then greatest(0.01, least(0.99, 1 / (
                1 + power(9e0, ({{ target }} - {{ band }}.projected_total) / {{ band }}.half_width)
            )))
        when {{ at_least(band ~ '.projected_total', target) }} then 0.99
        else 0.01
    end
{%- endmacro %}
