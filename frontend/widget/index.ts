import { SemPago } from "./element";

// A page may carry the script twice, or in two versions: the first one serves.
customElements.get("sem-pago") ?? customElements.define("sem-pago", SemPago);
