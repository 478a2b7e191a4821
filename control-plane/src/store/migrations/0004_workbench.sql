CREATE TABLE "audit_entry" (
	"sequence" bigserial PRIMARY KEY NOT NULL,
	"group_name" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"model_name" text NOT NULL,
	"version" text,
	"key" text,
	"before" text,
	"after" text
);
--> statement-breakpoint
CREATE TABLE "favourite_model" (
	"user_id" text NOT NULL,
	"group_name" text NOT NULL,
	"model_name" text NOT NULL,
	CONSTRAINT "favourite_model_user_id_group_name_model_name_pk" PRIMARY KEY("user_id","group_name","model_name")
);
--> statement-breakpoint
CREATE TABLE "saved_view" (
	"id" text PRIMARY KEY NOT NULL,
	"group_name" text NOT NULL,
	"model_name" text NOT NULL,
	"name" text NOT NULL,
	"columns" text[] NOT NULL,
	"order_by" text NOT NULL,
	"filter" text NOT NULL,
	"first_of_each" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by" text NOT NULL,
	CONSTRAINT "saved_view_name" UNIQUE("group_name","model_name","name")
);
--> statement-breakpoint
CREATE TABLE "version_stamp" (
	"group_name" text NOT NULL,
	"tracking_uri" text NOT NULL,
	"workspace" text NOT NULL,
	"model_name" text NOT NULL,
	"number" integer NOT NULL,
	"value" text NOT NULL,
	"stamped_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "version_stamp_group_name_tracking_uri_workspace_model_name_number_pk" PRIMARY KEY("group_name","tracking_uri","workspace","model_name","number")
);
--> statement-breakpoint
ALTER TABLE "mlflow_binding" ADD COLUMN "write_back" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "registry_model" ADD COLUMN "newest_digest" text;--> statement-breakpoint
ALTER TABLE "audit_entry" ADD CONSTRAINT "audit_entry_group_name_group_name_fk" FOREIGN KEY ("group_name") REFERENCES "public"."group"("name") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "favourite_model" ADD CONSTRAINT "favourite_model_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "favourite_model" ADD CONSTRAINT "favourite_model_group_name_group_name_fk" FOREIGN KEY ("group_name") REFERENCES "public"."group"("name") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_view" ADD CONSTRAINT "saved_view_group_name_group_name_fk" FOREIGN KEY ("group_name") REFERENCES "public"."group"("name") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "version_stamp" ADD CONSTRAINT "version_stamp_group_name_group_name_fk" FOREIGN KEY ("group_name") REFERENCES "public"."group"("name") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_entry_group" ON "audit_entry" USING btree ("group_name","sequence");--> statement-breakpoint
CREATE INDEX "registry_version_unread" ON "registry_version" USING btree ("created_ms" DESC NULLS FIRST,"number" DESC NULLS FIRST) WHERE facts = 'unread';--> statement-breakpoint
CREATE INDEX "registry_version_open" ON "registry_version" USING btree ("model_id","facts") WHERE facts <> 'settled';