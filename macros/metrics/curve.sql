{#- Height of the goal curve at a weight, under the revision of the target in force there. -#}
{% macro curve_height(revision, weight) -%}
    (
        {{ revision }}.reached_before + {{ revision }}.amount_to_spread
        * {{ ratio(weight ~ ' - ' ~ revision ~ '.weight_before', revision ~ '.weight_to_spread') }}
    )
{%- endmacro %}
