/** The form of a group's MLflow binding: from what is stored to what is typed, and back to a request. */
import {
  type MlflowBinding,
  type MlflowBindingRequest,
  mlflowBindingRequestSchema,
} from "@slipway/contracts/api/mlflow-binding";

/** A variable as it stands in the form. */
export interface VariableRow {
  /** Keeps the row's identity while its name is typed. */
  key: number;
  name: string;
  secret: boolean;
  value: string;
  /** A secret that is stored under this name and is kept unless it is replaced. */
  stored: boolean;
}

export interface BindingForm {
  trackingUri: string;
  uiUri: string;
  workspace: string;
  trackingVariables: VariableRow[];
  artifactVariables: VariableRow[];
}

/** The form of what is stored; an empty one where nothing is. */
export function bindingForm(binding: MlflowBinding | null): BindingForm {
  const rows = (variables: MlflowBinding["trackingVariables"]): VariableRow[] =>
    variables.map(({ name, secret, value }, index) => ({
      key: index,
      name,
      secret,
      value: value ?? "",
      stored: secret && value === undefined,
    }));
  return {
    trackingUri: binding?.trackingUri ?? "",
    uiUri: binding?.uiUri ?? "",
    workspace: binding?.workspace ?? "",
    trackingVariables: rows(binding?.trackingVariables ?? []),
    artifactVariables: rows(binding?.artifactVariables ?? []),
  };
}

/** The request of a form, or what is wrong with its fields: `trackingVariables.0.name` → sentence. */
export function bindingRequest(
  form: BindingForm,
): { request: MlflowBindingRequest; errors: null } | { request: null; errors: Record<string, string> } {
  const errors: Record<string, string> = {};
  const variables = (list: "trackingVariables" | "artifactVariables") =>
    form[list].map((row, index) => {
      const name = row.name.trim();
      if (form[list].findIndex((other) => other.name.trim() === name) !== index) {
        errors[`${list}.${index}.name`] = `'${name}' is set twice.`;
      }
      if (row.secret && !row.stored && row.value === "")
        errors[`${list}.${index}.value`] = "Give the secret a value.";
      return { name, secret: row.secret, ...(row.stored ? {} : { value: row.value }) };
    });
  const parsed = mlflowBindingRequestSchema.safeParse({
    trackingUri: form.trackingUri,
    uiUri: form.uiUri.trim() === "" ? null : form.uiUri,
    workspace: form.workspace.trim() === "" ? null : form.workspace,
    trackingVariables: variables("trackingVariables"),
    artifactVariables: variables("artifactVariables"),
  });
  for (const issue of parsed.error?.issues ?? []) errors[issue.path.join(".")] ??= issue.message;
  if (parsed.success && Object.keys(errors).length === 0) return { request: parsed.data, errors: null };
  return { request: null, errors };
}
