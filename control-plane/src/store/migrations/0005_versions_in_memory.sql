ALTER TABLE "registry_model" ADD COLUMN "changed" bigint DEFAULT pg_current_xact_id()::text::bigint NOT NULL;--> statement-breakpoint
CREATE INDEX "registry_model_changed" ON "registry_model" USING btree ("scope","changed");--> statement-breakpoint
ALTER TABLE "registry_version" DROP COLUMN "param_numbers";--> statement-breakpoint
ALTER TABLE "registry_version" DROP COLUMN "tag_numbers";--> statement-breakpoint
DROP COLLATION "slipway_natural";
