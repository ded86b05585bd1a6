import type { Context } from "../context";
import { busy, h, submitButton } from "../dom";
import { field, type Field } from "../field";
import { readPlate, readRut } from "../identifiers";
import { verified } from "../summary";
import type { Texts } from "../texts";
import type { Debt, LookupField, Outcome, Service } from "../types";

/** Step 1: which service, and the fields that it asks for. */
export const searchStep = (
  context: Context,
  services: Service[],
  wanted: string | null,
  intro: HTMLElement,
  found: (debts: Debt[], object: string) => void,
) => {
  const { api, texts, summary } = context;
  let service: Service;
  let fields: Field[] = [];
  const form = h("section");
  const submit = submitButton(texts.$search);

  /** Ask what the service needs; what was typed already stays, as one owner has a vehicle and a business. */
  const choose = (code: string | null) => {
    const before = fields;
    service = services.find((each) => !code || each.code === code)!;
    fields = service.lookupFields.map((each) => lookupField(each, texts));
    for (const { name, control } of fields) control.value = before.find((old) => old.name === name)?.typed() ?? "";
    form.replaceChildren(...fields.map(({ node }) => node));
  };
  const chooser = h(
    "select.input",
    { id: "service", change: () => choose(chooser.value) },
    ...services.map(({ code, title }) => h("option", { value: code, selected: code === wanted }, title)),
  );
  choose(wanted);

  const look = () =>
    context.attempt(async () => {
      const { debts, errors } = await api.ask<Outcome<{ debts: Debt[] }>>("DebtSearch", {
        service: service.code,
        fields: fields.map(({ name, typed }) => ({ name, value: typed() })),
      });
      context.emit("lookup", { debts: debts.length });
      if (errors[0]) summary.show(errors, fields);
      else found(debts, fields[0]!.typed());
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
    h("div.field", { hidden: !services[1] }, h("label", { for: "service" }, texts.$service), chooser),
    form,
    submit,
  );
  return { node, look, first: () => fields[0]!.control };
};

const KINDS: Record<string, [(text: string) => string | null, string]> = {
  plate: [readPlate, "BBBB10, BBBB10-8"],
  rut: [readRut, "12.345.678-5"],
};

const lookupField = ({ name, label, kind }: LookupField, texts: Texts): Field => {
  const [read, example] = KINDS[kind] ?? [(text: string) => text, ""];
  return field(texts, name, label, example, { autocomplete: "off", autocapitalize: "characters" }, read);
};
