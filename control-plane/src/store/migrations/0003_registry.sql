CREATE COLLATION "slipway_natural" (provider = icu, locale = 'en-u-kn-true');
--> statement-breakpoint
CREATE TABLE "registry_alias" (
	"model_id" integer NOT NULL,
	"alias" text NOT NULL,
	"number" integer NOT NULL,
	CONSTRAINT "registry_alias_model_id_alias_pk" PRIMARY KEY("model_id","alias")
);
--> statement-breakpoint
CREATE TABLE "registry_index" (
	"scope" text PRIMARY KEY NOT NULL,
	"group_name" text NOT NULL,
	"seen_at" timestamp (3) with time zone,
	"listed_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "registry_model" (
	"id" serial PRIMARY KEY NOT NULL,
	"scope" text NOT NULL,
	"name" text NOT NULL,
	"description" text NOT NULL,
	"tags" jsonb NOT NULL,
	"created_ms" bigint NOT NULL,
	"updated_ms" bigint NOT NULL,
	"latest_version" integer,
	"compared_ms" bigint,
	"param_keys" text[] DEFAULT '{}' NOT NULL,
	"metric_keys" text[] DEFAULT '{}' NOT NULL,
	"tag_keys" text[] DEFAULT '{}' NOT NULL,
	"seen_at" timestamp (3) with time zone,
	"listed_at" timestamp (3) with time zone,
	CONSTRAINT "registry_model_name" UNIQUE("scope","name")
);
--> statement-breakpoint
CREATE TABLE "registry_version" (
	"model_id" integer NOT NULL,
	"number" integer NOT NULL,
	"created_ms" bigint NOT NULL,
	"metrics" double precision[] DEFAULT '{}' NOT NULL,
	"params" text[] DEFAULT '{}' NOT NULL,
	"param_numbers" double precision[] DEFAULT '{}' NOT NULL,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"tag_numbers" double precision[] DEFAULT '{}' NOT NULL,
	"status" text NOT NULL,
	"description" text NOT NULL,
	"fingerprint" text NOT NULL,
	"run_id" text,
	"logged_model_id" text,
	"facts" text NOT NULL,
	"facts_read_at" timestamp (3) with time zone,
	CONSTRAINT "registry_version_model_id_number_pk" PRIMARY KEY("model_id","number")
);
--> statement-breakpoint
ALTER TABLE "registry_alias" ADD CONSTRAINT "registry_alias_model_id_registry_model_id_fk" FOREIGN KEY ("model_id") REFERENCES "public"."registry_model"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "registry_index" ADD CONSTRAINT "registry_index_group_name_group_name_fk" FOREIGN KEY ("group_name") REFERENCES "public"."group"("name") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "registry_model" ADD CONSTRAINT "registry_model_scope_registry_index_scope_fk" FOREIGN KEY ("scope") REFERENCES "public"."registry_index"("scope") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "registry_version" ADD CONSTRAINT "registry_version_model_id_registry_model_id_fk" FOREIGN KEY ("model_id") REFERENCES "public"."registry_model"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "registry_version_facts" ON "registry_version" USING btree ("facts","facts_read_at");