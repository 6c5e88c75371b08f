{#- Ratios and their intervals. Every one is null when it is undefined, and none is rounded. -#}

{% macro ratio(numerator, denominator) -%}
    (cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0))
{%- endmacro %}


{#-
Wilson score interval at 95 %: Wilson, J. Am. Stat. Assoc. 22 (1927), 209-212; z is the normal 0.975 quantile. Clamped,
since binary floating point can leave 0 to 1 by its last digit; null for a null rate, which greatest() would pass over.
-#}
{% macro wilson_bound(rate, trials, side) -%}
    {%- set z = 1.959963984540054 -%}
    {%- set n = 'nullif(cast(' ~ trials ~ ' as double), 0)' -%}
    case
        when {{ rate }} is not null
            then greatest(0.0, least(1.0, (
                {{ rate }} + {{ z * z / 2 }} / {{ n }}
                {{ '-' if side == 'low' else '+' }} {{ z }}
                * sqrt({{ rate }} * (1 - {{ rate }}) / {{ n }} + {{ z * z / 4 }} / ({{ n }} * {{ n }}))
            ) / (1 + {{ z * z }} / {{ n }})))
    end
{%- endmacro %}


{#- The rate moved toward the common mean as if `shrinkage_leads` more leads had closed at that mean; without one, it. -#}
{% macro shrunk_rate(rate, leads, common_rate) -%}
    case
        when {{ rate }} is null then {{ common_rate }}
        else ({{ leads }} * {{ rate }} + {{ var('shrinkage_leads') }} * {{ common_rate }})
            / ({{ leads }} + {{ var('shrinkage_leads') }})
    end
{%- endmacro %}


{% macro points_of(rate) -%}
    (100 * ({{ rate }}))
{%- endmacro %}


{#- What an SLA counts: `leads`, `points` or `value`, by its unit. -#}
{% macro in_unit(unit, leads, points, value) -%}
    case {{ unit }}
        when 'leads' then cast({{ leads }} as double)
        when 'points' then cast({{ points }} as double)
        when 'value' then cast({{ value }} as double)
    end
{%- endmacro %}
