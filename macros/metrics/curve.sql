{#- Height of the goal curve at a weight, under the revision of the target that rules there. -#}
{% macro curve_height(ruling, weight) -%}
    (
        {{ ruling }}.reached_before + {{ ruling }}.amount_to_spread
        * {{ ratio(weight ~ ' - ' ~ ruling ~ '.weight_before', ruling ~ '.weight_to_spread') }}
    )
{%- endmacro %}
