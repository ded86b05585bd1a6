declare module "virtual:documents" {
  /** Of the document that holds every operation. */
  export const documentId: string;
}

declare module "*.css?inline" {
  const text: string;
  export default text;
}
