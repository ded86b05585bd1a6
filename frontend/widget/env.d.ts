declare module "virtual:documents" {
  export const municipality: string;
  export const debtSearch: string;
  export const checkRun: string;
  export const orderCreate: string;
  export const orderPay: string;
  export const orderResume: string;
  export const orderCancel: string;
}

declare module "*.css?inline" {
  const text: string;
  export default text;
}
