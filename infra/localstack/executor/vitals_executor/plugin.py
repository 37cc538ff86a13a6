"""What LocalStack finds by its entry point. Chosen with LAMBDA_RUNTIME_EXECUTOR=vitals."""

from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    name = "vitals"

    def load(self, *args, **kwargs):
        from vitals_executor.executor import ProcessExecutor

        return ProcessExecutor
