"""What is asked of Dagster's webserver, in GraphQL."""

LAUNCH = """
mutation Launch(
  $location: String!, $job: String!, $config: RunConfigData!, $tags: [ExecutionTag!]!
) {
  launchRun(executionParams: {
    selector: {
      repositoryLocationName: $location, repositoryName: "__repository__", jobName: $job
    },
    runConfigData: $config,
    executionMetadata: { tags: $tags }
  }) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
    ... on PipelineNotFoundError { message }
    ... on RunConfigValidationInvalid { errors { message } }
  }
}
"""
ADD_PARTITION = """
mutation AddPartition($location: String!, $partitions: String!, $key: String!) {
  addDynamicPartition(
    repositorySelector: {
      repositoryLocationName: $location, repositoryName: "__repository__"
    },
    partitionsDefName: $partitions,
    partitionKey: $key
  ) {
    __typename
    ... on PythonError { message }
    ... on UnauthorizedError { message }
  }
}
"""
JOBS = """
{
  workspaceOrError {
    ... on PythonError { message }
    ... on Workspace {
      locationEntries {
        name
        locationOrLoadError {
          ... on PythonError { message }
          ... on RepositoryLocation { repositories { jobs { name } } }
        }
      }
    }
  }
}
"""
HEALTH = "{ instance { daemonHealth { allDaemonStatuses { daemonType healthy } } } }"
RUNS = """
query Runs($limit: Int!) {
  runsOrError(limit: $limit) {
    ... on Runs {
      results { runId jobName status startTime endTime creationTime tags { key value } }
    }
  }
}
"""
