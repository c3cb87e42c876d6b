import { NumberInput, Select, TagsInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Condition, Operator } from "../../../api/types";
import { t } from "../../../texts/texts";
import { catalogueValuesQuery } from "../api";
import { propertyName, valueName } from "../properties";
import { takesValues } from "../question/where";

type ConditionEditorProps = {
  project: string;
  condition: Condition;
  onChange: (condition: Condition) => void;
};

const operators = Object.entries(t.explore.operatorLong).map(([value, label]) => ({ value, label }));
const numeric: Operator[] = ["greater_than", "at_least", "less_than", "at_most"];

/** The operator and the values of a condition; loaded when one is opened. */
export default function ConditionEditor({ project, condition, onChange }: ConditionEditorProps) {
  return (
    <>
      <Select
        label={propertyName(condition.property)}
        data={operators}
        value={condition.operator}
        onChange={(value) => onChange(withOperator(condition, (value as Operator) ?? "is"))}
        comboboxProps={{ withinPortal: false }}
        allowDeselect={false}
        maxDropdownHeight={260}
      />
      {takesValues(condition.operator) && numeric.includes(condition.operator) && (
        <NumberInput
          aria-label={t.explore.numberPlaceholder}
          placeholder={t.explore.numberPlaceholder}
          value={condition.values?.[0] ?? ""}
          onChange={(value) => onChange({ ...condition, values: value === "" ? [] : [String(value)] })}
          data-autofocus
        />
      )}
      {takesValues(condition.operator) && !numeric.includes(condition.operator) && (
        <Values
          project={project}
          condition={condition}
          onChange={(values) => onChange({ ...condition, values })}
        />
      )}
    </>
  );
}

function withOperator(condition: Condition, operator: Operator): Condition {
  if (!takesValues(operator)) return { property: condition.property, operator };
  const isNumeric = numeric.includes(operator);
  const values = condition.values ?? [];
  return { ...condition, operator, values: isNumeric ? values.slice(0, 1).filter(isNumber) : values };
}

function isNumber(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}

type ValuesProps = { project: string; condition: Condition; onChange: (values: string[]) => void };

function Values({ project, condition, onChange }: ValuesProps) {
  const [search, setSearch] = useState("");
  const [settled] = useDebouncedValue(search, 200);
  const values = useQuery(catalogueValuesQuery(project, condition.property, settled));
  return (
    <TagsInput
      aria-label={t.explore.searchValues}
      placeholder={(condition.values ?? []).length === 0 ? t.explore.searchValues : undefined}
      value={condition.values ?? []}
      onChange={onChange}
      searchValue={search}
      onSearchChange={setSearch}
      data={(values.data ?? []).map((item) => item.value)}
      renderOption={({ option }) => valueName(condition.property, option.value)}
      comboboxProps={{ withinPortal: false }}
      maxDropdownHeight={220}
      acceptValueOnBlur
      splitChars={[]}
      data-autofocus
    />
  );
}
