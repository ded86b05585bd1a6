import { debtSearch } from "virtual:documents";
import type { Context } from "../context";
import { busy, h, submitButton } from "../dom";
import { field, type Field } from "../field";
import { readPlate, readRut } from "../identifiers";
import { verified } from "../summary";
import type { Texts } from "../texts";
import type { Debt, LookupField, Outcome } from "../types";

/** Step 1: the fields that the service asks for. */
export const searchStep = (context: Context, intro: HTMLElement, found: (debts: Debt[]) => void) => {
  const { api, texts, service, summary } = context;
  const fields = service.lookupFields.map((wanted) => lookupField(wanted, texts));
  const submit = submitButton(texts.$search);

  const look = () =>
    context.attempt(async () => {
      const { debts, errors } = await api.ask<Outcome<{ debts: Debt[] }>>(debtSearch, {
        service: service.code,
        fields: fields.map(({ name, value }) => ({ name, value: value() })),
      });
      context.emit("lookup", { debts: debts.length });
      if (errors[0]) summary.show(errors, fields);
      else found(debts);
    });

  const node = h(
    "form",
    {
      novalidate: true,
      submit: (event) => {
        event.preventDefault();
        if (verified(fields, summary)) void busy(submit, look);
      },
    },
    intro,
    ...fields.map((each) => each.node),
    submit,
  );
  return { node, look, first: () => fields[0]!.input };
};

const KINDS: Record<string, [(text: string) => string | null, string]> = {
  plate: [readPlate, "BBBB10, BBBB10-8"],
  rut: [readRut, "12.345.678-5"],
};

const lookupField = ({ name, label, kind }: LookupField, texts: Texts): Field => {
  const [read, example] = KINDS[kind] ?? [(text: string) => text, ""];
  return field(texts, name, label, example, { autocomplete: "off", autocapitalize: "characters" }, read);
};
