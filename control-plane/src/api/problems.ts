/** Every failure leaves as a problem document (RFC 9457); what went wrong inside stays in the log. */
import { AppError } from "@slipway/contracts/errors";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import type { FastifySchemaValidationError } from "fastify/types/schema.js";
import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Api } from "./api.ts";

const PROBLEM_TYPE = "application/problem+json";

export function installProblems(api: Api): void {
  api.setErrorHandler((error: FastifyError | AppError, request, reply) =>
    sendProblem(request, reply, toAppError(error)),
  );
  api.setNotFoundHandler((request, reply) =>
    sendProblem(
      request,
      reply,
      new AppError(
        "not_found",
        `There is nothing at ${request.method} ${request.url.split("?")[0]}. GET /api/v1/openapi.json lists what there is.`,
      ),
    ),
  );
}

/** Answers with the problem document of an error and logs what only we may know. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: AppError): FastifyReply {
  const log = {
    err: error.cause ?? error,
    code: error.code,
    method: request.method,
    path: request.url.split("?")[0],
  };
  if (error.status >= 500) request.log.error(log, error.message);
  else request.log.debug(log, error.message);
  return reply
    .code(error.status)
    .type(PROBLEM_TYPE)
    .send(JSON.stringify(error.toProblem(request.id)));
}

function toAppError(error: FastifyError | AppError): AppError {
  if (error instanceof AppError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) return invalidRequest(error);
  if (isResponseSerializationError(error)) return AppError.from(error);
  switch (error.code) {
    case "FST_ERR_CTP_INVALID_JSON_BODY":
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
      return new AppError("invalid_request", `The body is not JSON: ${error.message}`, { cause: error });
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new AppError("unsupported_media_type", "Send the body as application/json.", { cause: error });
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new AppError("body_too_large", "The body is larger than this path takes (4 MiB).", {
        cause: error,
      });
    default:
  }
  if (error.statusCode === 429) return new AppError("too_many_requests", error.message, { cause: error });
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new AppError("invalid_request", error.message, { cause: error });
  }
  return AppError.from(error);
}

function invalidRequest(error: FastifyError): AppError {
  const errors = (error.validation ?? []).flatMap(faultsOf);
  const where = error.validationContext === "querystring" ? "query" : (error.validationContext ?? "request");
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join(" ");
  return new AppError("invalid_request", `The ${where} is not valid. ${detail}`, { details: { errors } });
}

/** What schemas tell of one fault, beside its place. */
const faultSchema = z.looseObject({
  /** The keys that the schema does not know. */
  keys: z.array(z.string()).default([]),
  /** What is wrong with the key of a record. */
  issues: z.array(z.looseObject({ message: z.string() })).default([]),
});

/** A fault for each unknown field, else one for the field at which the issue lies. */
function faultsOf(issue: FastifySchemaValidationError): { field: string; message: string }[] {
  const place = issue.instancePath.split("/").filter((part) => part !== "");
  const { keys, issues } = faultSchema.parse(issue.params);
  if (keys.length > 0) {
    return keys.map((key) => ({ field: [...place, key].join("."), message: "There is no such field." }));
  }
  return [
    { field: place.join(".") || "body", message: issues[0]?.message ?? issue.message ?? "is not valid" },
  ];
}
