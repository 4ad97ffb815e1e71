package io.stoa.master.operator;

import io.stoa.master.link.GoneResult;
import io.stoa.mesos.AgentGateway;
import io.stoa.state.model.AgentId;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * What operators can do with agents.
 *
 * @param gateway the way to them
 * @param markGone gives one up for good; completes when that is durable
 */
public record AgentActions(AgentGateway gateway, Function<AgentId, CompletableFuture<GoneResult>> markGone) {}
