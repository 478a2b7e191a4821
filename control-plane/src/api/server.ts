/**
 * The HTTP API: routes are declared with the schemas of `@slipway/contracts`, which check what comes in and what goes out
 * and make the OpenAPI document. A route authenticates, calls one operation and answers; it holds no rule of its own.
 */
import { randomUUID } from "node:crypto";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import Fastify, { LogController } from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import type { Api } from "./api.ts";
import { artifactRoutes } from "./artifacts.ts";
import { auditRoutes } from "./audit.ts";
import { consoleRoutes } from "./console.ts";
import { deploymentClientRoutes } from "./deployment-clients.ts";
import { deploymentHistoryRoutes } from "./deployment-history.ts";
import { deploymentLogRoutes } from "./deployment-logs.ts";
import { deploymentRoutes } from "./deployments.ts";
import { eventRoutes } from "./events.ts";
import { favouriteRoutes } from "./favourites.ts";
import { groupRoutes } from "./groups.ts";
import { healthRoutes } from "./health.ts";
import { instanceTypeRoutes } from "./instance-types.ts";
import { metricsRoutes } from "./metrics.ts";
import { mlflowRoutes } from "./mlflow.ts";
import { benchmarkRoutes, modelRoutes } from "./models.ts";
import { OPENAPI_OPTIONS } from "./openapi.ts";
import type { ApiPorts } from "./ports.ts";
import { preflightRoutes } from "./preflight.ts";
import { installPrincipals } from "./principals.ts";
import { installProblems } from "./problems.ts";
import { registryColumnRoutes } from "./registry-columns.ts";
import { registryEditRoutes } from "./registry-edits.ts";
import { savedViewRoutes } from "./saved-views.ts";
import { sessionRoutes } from "./sessions.ts";
import { userRoutes } from "./users.ts";
import { versionTableRoutes } from "./version-table.ts";
import { webhookRoutes } from "./webhook.ts";

const BODY_BYTES_MAX = 4 * 1024 * 1024;

/** Builds the server; the caller makes it listen. */
export async function createApi(ports: ApiPorts): Promise<Api> {
  const api: Api = Fastify({
    loggerInstance: ports.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 1_000 },
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>();
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  installProblems(api);
  acceptEmptyJson(api);
  await api.register(helmet, {
    contentSecurityPolicy: contentSecurityPolicy(ports.origin),
    hsts: ports.origin.startsWith("https:"),
  });
  await api.register(rateLimit, { global: false });
  await api.register(swagger, OPENAPI_OPTIONS);
  metricsRoutes(api, ports);
  healthRoutes(api, ports);
  await api.register(
    async (scope: Api) => {
      installPrincipals(scope, ports);
      sessionRoutes(scope, ports);
      userRoutes(scope, ports);
      groupRoutes(scope, ports);
      instanceTypeRoutes(scope, ports);
      mlflowRoutes(scope, ports);
      await scope.register(async (inner: Api) => webhookRoutes(inner, ports));
      modelRoutes(scope, ports);
      benchmarkRoutes(scope, ports);
      versionTableRoutes(scope, ports);
      favouriteRoutes(scope, ports);
      registryColumnRoutes(scope, ports);
      savedViewRoutes(scope, ports);
      registryEditRoutes(scope, ports);
      auditRoutes(scope, ports);
      preflightRoutes(scope, ports);
      artifactRoutes(scope, ports);
      deploymentRoutes(scope, ports);
      deploymentHistoryRoutes(scope, ports);
      deploymentClientRoutes(scope, ports);
      deploymentLogRoutes(scope, ports);
      eventRoutes(scope, ports);
      scope.get("/openapi.json", { schema: { hide: true }, config: { anonymous: true } }, () =>
        api.swagger(),
      );
    },
    { prefix: "/api/v1" },
  );
  await consoleRoutes(api, ports.consoleFolder);
  return api;
}

/** Many clients send the JSON content type with every call, also with those that have no body. */
function acceptEmptyJson(api: Api): void {
  const parse = api.getDefaultJsonParser("error", "error");
  api.removeContentTypeParser("application/json");
  api.addContentTypeParser<string>("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body.trim() === "") done(null, undefined);
    else void parse(request, body, done);
  });
}

/** Scripts only from the console's own files; styles may be inline because the component library sets some so. */
function contentSecurityPolicy(origin: string) {
  return {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", "data:", "blob:"],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      ...(origin.startsWith("https:") ? { upgradeInsecureRequests: [] } : {}),
    },
  };
}
