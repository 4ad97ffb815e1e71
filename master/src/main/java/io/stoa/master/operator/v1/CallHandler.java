package io.stoa.master.operator.v1;

import org.apache.mesos.v1.master.Protos.Call;

/** Answers calls of one type, on the operators' executor. */
@FunctionalInterface
interface CallHandler {

    /**
     * @param call valid
     * @param form that the answer's body is wanted in
     */
    CallAnswer answer(Call call, Form form);
}
