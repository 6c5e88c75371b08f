{#-
Comparisons of doubles, which allow 1e-9 of binary noise: 0.95 reached by a sum counts as 0.95. Like a plain comparison,
each is null when one side is.
-#}

{% macro at_least(number, bound) -%}
    ({{ number }} >= {{ bound }} - 1e-9)
{%- endmacro %}


{% macro exceeds(number, bound) -%}
    ({{ number }} > {{ bound }} + 1e-9)
{%- endmacro %}


{% macro is_close(number, expected) -%}
    (abs({{ number }} - {{ expected }}) <= 1e-9 * greatest(1, abs({{ expected }})))
{%- endmacro %}


{#- Whether a published number is another one now; one that is null only here or only there is. -#}
{% macro is_moved(previous, current) -%}
    (
        ({{ previous }} is null and {{ current }} is not null)
        or ({{ previous }} is not null and {{ current }} is null)
        or not {{ is_close(current, previous) }}
    )
{%- endmacro %}


{#- Whether a published figure is another one at the two decimals that are shown: a change that rounds to 0.00 is none. -#}
{% macro is_restated(previous, current) -%}
    (
        {{ is_moved(previous, current) }}
        and coalesce({{ at_least('abs(' ~ current ~ ' - ' ~ previous ~ ')', '0.005') }}, true)
    )
{%- endmacro %}


{#- Whole leads needed, as a double on every engine; 1e-9 keeps binary floating point from turning 20 / 5 % into 401. -#}
{% macro whole_leads(leads) -%}
    cast(ceil({{ leads }} - 1e-9) as double)
{%- endmacro %}


{#- The index of the equal part of 0 to 1 that contains a share, from 0; a share on a border is in the upper part. -#}
{% macro bin_number(share, bins) -%}
    least(cast(floor({{ share }} * {{ bins }} + 1e-9) as integer), {{ bins - 1 }})
{%- endmacro %}
