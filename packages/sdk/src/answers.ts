/** The readers of every answer, each with its `schema`: a test holds them to the host's OpenAPI document. */
export * from "./client/answers.ts";
export * from "./client/building-answers.ts";
