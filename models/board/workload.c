#include "board/workload.h"

bool workload_sends_in_place(const struct workload_config *workload)
{
    return workload->copy == WORKLOAD_ZERO_COPY || workload->copy == WORKLOAD_ZERO_COPY_INPUTS;
}

bool workload_receives_in_place(const struct workload_config *workload)
{
    return workload->copy == WORKLOAD_ZERO_COPY || workload->copy == WORKLOAD_ZERO_COPY_OUTPUTS;
}
