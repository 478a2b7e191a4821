CREATE TABLE "alias_fact" (
	"deployment_id" text PRIMARY KEY NOT NULL,
	"alias" text NOT NULL,
	"version" text,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "client_use" (
	"deployment_id" text NOT NULL,
	"name" text NOT NULL,
	"last_used_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "client_use_deployment_id_name_pk" PRIMARY KEY("deployment_id","name")
);
--> statement-breakpoint
CREATE TABLE "instance_type" (
	"name" text PRIMARY KEY NOT NULL,
	"description" text NOT NULL,
	"cpu_threads" integer NOT NULL,
	"memory_bytes" bigint NOT NULL,
	"is_default" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rollout_count" (
	"deployment_id" text NOT NULL,
	"generation" integer NOT NULL,
	"epoch" text NOT NULL,
	"counts" jsonb NOT NULL,
	CONSTRAINT "rollout_count_deployment_id_generation_epoch_pk" PRIMARY KEY("deployment_id","generation","epoch")
);
--> statement-breakpoint
CREATE TABLE "traffic_share" (
	"deployment_id" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"shares" jsonb NOT NULL,
	CONSTRAINT "traffic_share_deployment_id_at_pk" PRIMARY KEY("deployment_id","at")
);
--> statement-breakpoint
ALTER TABLE "revision" RENAME COLUMN "replicas" TO "min_replicas";--> statement-breakpoint
ALTER TABLE "client" ADD COLUMN "token_prefix" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "client" ADD COLUMN "expires_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "client" ADD COLUMN "requests_per_minute" integer;--> statement-breakpoint
ALTER TABLE "client" ADD COLUMN "previous_token_hash" text;--> statement-breakpoint
ALTER TABLE "client" ADD COLUMN "previous_expires_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "deployment" ADD COLUMN "directive" jsonb;--> statement-breakpoint
ALTER TABLE "group" ADD COLUMN "deployments_max" integer;--> statement-breakpoint
ALTER TABLE "group" ADD COLUMN "replicas_max" integer;--> statement-breakpoint
ALTER TABLE "group" ADD COLUMN "memory_bytes_max" bigint;--> statement-breakpoint
ALTER TABLE "mlflow_binding" ADD COLUMN "webhook_id" text;--> statement-breakpoint
ALTER TABLE "mlflow_binding" ADD COLUMN "sealed_webhook_key" text;--> statement-breakpoint
ALTER TABLE "revision" ADD COLUMN "variables" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "revision" ADD COLUMN "metadata" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "revision" ADD COLUMN "max_replicas" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "revision" ADD COLUMN "instance_type" text;--> statement-breakpoint
ALTER TABLE "revision" ADD COLUMN "strategy" jsonb DEFAULT '{"kind":"all-at-once"}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "revision" ADD COLUMN "warm_seconds" integer DEFAULT 300 NOT NULL;--> statement-breakpoint
ALTER TABLE "revision" ADD COLUMN "alias_policy" text DEFAULT 'pin' NOT NULL;--> statement-breakpoint
ALTER TABLE "revision" ADD COLUMN "rollback_of" integer;--> statement-breakpoint
ALTER TABLE "rollout" ADD COLUMN "author" text DEFAULT 'slipway' NOT NULL;--> statement-breakpoint
ALTER TABLE "rollout" ADD COLUMN "progress" jsonb;--> statement-breakpoint
ALTER TABLE "rollout" ADD COLUMN "restarts_before" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "rollout" ADD COLUMN "checks" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "alias_fact" ADD CONSTRAINT "alias_fact_deployment_id_deployment_id_fk" FOREIGN KEY ("deployment_id") REFERENCES "public"."deployment"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_use" ADD CONSTRAINT "client_use_deployment_id_deployment_id_fk" FOREIGN KEY ("deployment_id") REFERENCES "public"."deployment"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rollout_count" ADD CONSTRAINT "rollout_count_deployment_id_deployment_id_fk" FOREIGN KEY ("deployment_id") REFERENCES "public"."deployment"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "traffic_share" ADD CONSTRAINT "traffic_share_deployment_id_deployment_id_fk" FOREIGN KEY ("deployment_id") REFERENCES "public"."deployment"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
UPDATE "revision" SET "max_replicas" = "min_replicas";--> statement-breakpoint
INSERT INTO "instance_type" ("name", "description", "cpu_threads", "memory_bytes", "is_default") VALUES
	('small', 'Most scikit-learn and boosted tree models', 1, 1073741824, false),
	('medium', 'The usual choice', 1, 4294967296, true),
	('large', 'Large models and wide inputs', 2, 8589934592, false);
--> statement-breakpoint
-- Observations of the old shape; the next report brings new ones.
UPDATE "deployment_fact" SET "observation" = NULL;
