CREATE TABLE "revision_minute" (
	"deployment_id" text NOT NULL,
	"revision" integer NOT NULL,
	"minute" timestamp (3) with time zone NOT NULL,
	"epoch" text NOT NULL,
	"figures" json NOT NULL,
	CONSTRAINT "revision_minute_deployment_id_minute_revision_epoch_pk" PRIMARY KEY("deployment_id","minute","revision","epoch")
);
--> statement-breakpoint
CREATE TABLE "benchmark_request" (
	"group_name" text NOT NULL,
	"model_name" text NOT NULL,
	"version" text NOT NULL,
	"id" text NOT NULL,
	"fingerprint" text NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"requested_by" text NOT NULL,
	"terms" jsonb NOT NULL,
	"assignment" jsonb NOT NULL,
	CONSTRAINT "benchmark_request_group_name_model_name_version_pk" PRIMARY KEY("group_name","model_name","version")
);
--> statement-breakpoint
CREATE TABLE "version_benchmark" (
	"group_name" text NOT NULL,
	"model_name" text NOT NULL,
	"version" text NOT NULL,
	"request_id" text NOT NULL,
	"state" text NOT NULL,
	"message" text,
	"finished_at" timestamp (3) with time zone,
	"measured" jsonb,
	CONSTRAINT "version_benchmark_group_name_model_name_version_pk" PRIMARY KEY("group_name","model_name","version")
);
--> statement-breakpoint
ALTER TABLE "revision" ADD COLUMN "serving" jsonb DEFAULT '{"batching":{"mode":"auto","requestsMax":64,"delayMsMax":5},"concurrencyMax":null,"idempotent":false,"idleSeconds":900,"warmWindows":[]}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "revision" ADD COLUMN "batching_tag" text;--> statement-breakpoint
ALTER TABLE "revision_minute" ADD CONSTRAINT "revision_minute_deployment_id_deployment_id_fk" FOREIGN KEY ("deployment_id") REFERENCES "public"."deployment"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "benchmark_request" ADD CONSTRAINT "benchmark_request_group_name_group_name_fk" FOREIGN KEY ("group_name") REFERENCES "public"."group"("name") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "version_benchmark" ADD CONSTRAINT "version_benchmark_group_name_group_name_fk" FOREIGN KEY ("group_name") REFERENCES "public"."group"("name") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "revision_minute_minute" ON "revision_minute" USING btree ("minute");