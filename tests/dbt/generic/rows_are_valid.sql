{#-
Every row follows the rules of its model. `key` and `nullable_key` together are different in each row; nulls are equal to
each other. Columns of `key` and `not_null` are not null. Values of `ranges` are in [low, high], where either bound can be
null; those of `values` are among the ones listed; nulls pass both. Columns and values are written as the keys of mappings,
{a, b}, since dbt renders every item of a list, each in milliseconds. Returns the rows that break a rule, and in `broken_rules` which ones. One test for all
rules of a model, since each test costs dbt and Dagster more time than its query.
-#}
{% test rows_are_valid(model, key={}, nullable_key={}, not_null={}, ranges={}, values={}) %}

{%- set grain = key | list + nullable_key | list -%}
{%- set required = key | list + not_null | list -%}
{%- set rules = [] -%}
{%- for column in required -%}
    {%- do rules.append({"broken": column ~ " is null", "text": "'" ~ column ~ " is null'"}) -%}
{%- endfor -%}
{%- for column, bounds in ranges.items() -%}
    {%- for bound, sign, word in [(bounds[0], "<", "below"), (bounds[1], ">", "above")] if bound is not none -%}
        {%- set text = "'" ~ column ~ " is " ~ word ~ " " ~ bound ~ ": ' || cast(" ~ column ~ " as string)" -%}
        {%- do rules.append({"broken": column ~ " " ~ sign ~ " " ~ bound, "text": text}) -%}
    {%- endfor -%}
{%- endfor -%}
{%- for column, listed in values.items() -%}
    {%- set text = "'" ~ column ~ " is not one of " ~ listed | join(", ") ~ ": ' || " ~ column -%}
    {%- do rules.append({"broken": column ~ " not in ('" ~ listed | join("', '") ~ "')", "text": text}) -%}
{%- endfor -%}

{%- if grain %}

select
    {{ grain | join(", ") }},
    count(*) as occurrences,
    concat_ws(
        ', ',
        case when count(*) > 1 then 'occurs more than once' end
        {%- for rule in rules %},
        max(case when {{ rule.broken }} then {{ rule.text }} end)
        {%- endfor %}
    ) as broken_rules
from {{ model }}
group by {{ grain | join(", ") }}
having
    count(*) > 1
    or max(case when {{ rules | map(attribute="broken") | join(" or ") }} then 1 else 0 end) = 1

{%- else %}

select
    {{ (required + ranges.keys() | list + values.keys() | list) | unique | join(", ") }},
    concat_ws(
        ', '
        {%- for rule in rules %},
        case when {{ rule.broken }} then {{ rule.text }} end
        {%- endfor %}
    ) as broken_rules
from {{ model }}
where {{ rules | map(attribute="broken") | join(" or ") }}

{%- endif %}

{% endtest %}
