"""The nightly job as a DAG of Airflow 3: load, then run. Copy it into the folder of DAGs.

The workers need `influence` on their PATH and the store in INFLUENCE_STORE.
"""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG(
    dag_id="influence",
    schedule="30 5 * * *",
    start_date=pendulum.datetime(2025, 1, 1, tz="Europe/Berlin"),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10)},
):
    load = BashOperator(
        task_id="load",
        bash_command="influence load tables /srv/exports --replace --wait 600 --log-format json",
    )
    run = BashOperator(
        task_id="run",
        bash_command="influence run --wait 600 --log-format json --report-text",
    )
    load >> run
