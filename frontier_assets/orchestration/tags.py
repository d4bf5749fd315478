"""Tags, pools and executors that the definitions share."""

import dagster as dg

SENSOR_TAG = "dagster/sensor_name"
STAGES_POOL = "stages"
# Each step of the multiprocess executor loads the definitions again, which costs more than the
# light steps here do.
LIGHT_EXECUTOR = dg.in_process_executor
