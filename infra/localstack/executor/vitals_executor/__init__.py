"""Lambda functions of LocalStack as Node processes, where there is no Docker."""
