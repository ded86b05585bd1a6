/** What the documents in backend/schema/public/documents ask for, as the public schema answers. */

export interface Problem {
  message: string;
  field?: string | null;
}

export interface LookupField {
  name: string;
  label: string;
  kind: string;
}

export interface Service {
  code: string;
  title: string;
  lookupFields: LookupField[];
}

export interface Municipality {
  name: string;
  domainDate: string;
  dateIsShifted: boolean;
  logoUrl: string | null;
  /** Where she will pay, as a sentence. */
  portalHint: string;
  /** Tokens of the theme, each the CSS property --sem-<name>. */
  look: Record<string, string>;
  words: { title: string; intro: string; help: string };
  services: Service[];
}

/** Amounts are whole pesos. */
export interface QuoteLine {
  text: string;
  base: number | null;
  rate: string;
  law: string;
  amount: number;
}

export interface PaymentOption {
  code: string;
  title: string;
  dueOn: string;
  total: number;
  available: boolean;
  note: string | null;
  lines: QuoteLine[];
}

export interface Debt {
  /** A capability: what precedes the first colon is the same in every look-up, the rest is new each time. */
  id: string;
  title: string;
  paid: boolean;
  traits: { label: string; value: string }[];
  options: PaymentOption[];
  checks: { code: string; name: string }[];
  openOrder: { number: string; validUntil: string; total: number } | null;
}

export interface Check {
  code: string;
  outcome: "OK" | "NOT_OK" | "UNAVAILABLE";
  message: string;
  /** What can be paid with the order to make it OK: traffic fines. */
  payable: number | null;
}

/** The answer of GET /state/<token>. */
export interface OrderState {
  title: string;
  message: string;
  state: "CREATED" | "SENT" | "PAID" | "REJECTED" | "EXPIRED" | "CANCELLED" | "REFUNDED" | "UNKNOWN";
  number?: string;
  documents?: { title: string; url: string; annulled: boolean }[];
  complete?: boolean;
}

/** What every mutation about an order answers: what it is for, or why not. */
export type Outcome<Result> = Result & { errors: Problem[] };
