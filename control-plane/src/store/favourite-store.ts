/** Registered models that people marked as theirs to watch. Written by operations only. */
import { and, eq } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { favouriteModel } from "./schema-workbench.ts";

/** Whose favourite, in which group. */
export interface FavouriteKey {
  userId: string;
  groupName: string;
}

/** The names of a user's favourites. */
export async function favouritesOf(
  database: Queryable,
  { userId, groupName }: FavouriteKey,
): Promise<Set<string>> {
  const rows = await database
    .select({ modelName: favouriteModel.modelName })
    .from(favouriteModel)
    .where(and(eq(favouriteModel.userId, userId), eq(favouriteModel.groupName, groupName)));
  return new Set(rows.map(({ modelName }) => modelName));
}

/** Marks a model; once is enough. */
export async function addFavourite(database: Queryable, key: FavouriteKey, modelName: string): Promise<void> {
  await database
    .insert(favouriteModel)
    .values({ ...key, modelName })
    .onConflictDoNothing();
}

/** Takes the mark away, where there is one. */
export async function removeFavourite(
  database: Queryable,
  { userId, groupName }: FavouriteKey,
  modelName: string,
): Promise<void> {
  await database
    .delete(favouriteModel)
    .where(
      and(
        eq(favouriteModel.userId, userId),
        eq(favouriteModel.groupName, groupName),
        eq(favouriteModel.modelName, modelName),
      ),
    );
}
