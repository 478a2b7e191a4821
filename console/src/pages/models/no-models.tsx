import { Text } from "@mantine/core";
import { CodeBlock } from "#components/copy.tsx";
import { EmptyPage } from "#components/empty-page.tsx";
import { MlflowUiButton } from "#components/external-link.tsx";

/** How the first model gets registered. */
export function NoModels({ uiUrl }: { uiUrl: string }) {
  const server = uiUrl.split("/#")[0] || "http://your-mlflow:5000";
  const snippet = `import mlflow
from mlflow.models import infer_signature

mlflow.set_tracking_uri("${server}")
with mlflow.start_run():
    mlflow.sklearn.log_model(
        model,
        name="model",
        registered_model_name="my-model",
        input_example=X.head(1),
        signature=infer_signature(X, model.predict(X)),
    )

# or, for a model that is logged already:
mlflow.register_model("runs:/<run id>/model", "my-model")`;
  return (
    <EmptyPage title="No model is registered yet">
      <Text>
        Register a model in MLflow and it appears here within seconds. A signature and an input example make
        it easier to call.
      </Text>
      <CodeBlock code={snippet} what="Python snippet that registers a model" />
      <div>
        <MlflowUiButton href={uiUrl} />
      </div>
    </EmptyPage>
  );
}
