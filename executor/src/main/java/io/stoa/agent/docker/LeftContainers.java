package io.stoa.agent.docker;

import com.github.dockerjava.api.exception.DockerException;
import io.stoa.agent.container.ContainerId;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes what is left in the engine of containers that have ended, or that nobody knows any more. */
final class LeftContainers {

    private static final Logger LOG = LoggerFactory.getLogger(LeftContainers.class);

    private static final long LOOK_AGAIN_MS = 500;

    /** How often it is looked for a container whose making was broken off. */
    private static final int LATE_LOOKS = 10;

    private final Engine engine;
    private final EngineCalls calls;
    private final DockerConfig config;
    private final String owner;

    /** @param owner whose containers are here, as their labels say it */
    LeftContainers(Engine engine, EngineCalls calls, DockerConfig config, String owner) {
        this.engine = engine;
        this.calls = calls;
        this.config = config;
        this.owner = owner;
    }

    /** Of one that has ended: people may look at it for a while. */
    void ended(String container, Runnable next) {
        if (config.removeDelayMs() == 0) {
            remove(container, next);
            return;
        }
        next.run();
        calls.after(config.removeDelayMs(), () -> remove(container, () -> {}));
    }

    /** Then goes on, removed or not. */
    void remove(String container, Runnable next) {
        remove(container, 1, next);
    }

    /** Also where the engine, which did not answer, may still be about to make it. */
    void removeLate(String container, Runnable next) {
        remove(container, LATE_LOOKS, next);
    }

    private void remove(String container, int looks, Runnable next) {
        calls.untilAnswered(() -> {
            if (removeNow(container) || looks == 1) {
                next.run();
            } else {
                calls.after(LOOK_AGAIN_MS, () -> remove(container, looks - 1, next));
            }
        });
    }

    /** @return false where there is none */
    private boolean removeNow(String container) {
        try {
            return engine.remove(container);
        } catch (DockerException e) {
            LOG.warn("Not removed container={}: {}", container, Engine.words(e));
            return true;
        }
    }

    /**
     * Removes those of the owner that nobody knows; does not block.
     *
     * @param known asked when the engine has said which there are
     */
    void removeOrphans(Predicate<ContainerId> known) {
        if (config.removesOrphans()) {
            calls.untilAnswered(() -> engine.labelled(ContainerOptions.OWNER_LABEL, owner)
                    .forEach((container, id) -> {
                        if (!known.test(ContainerId.of(id))) {
                            LOG.info("Orphan removed container={}", id);
                            stop(container);
                        }
                    }));
        }
    }

    private void stop(String container) {
        calls.untilAnswered(() -> {
            if (config.stopTimeoutMs() > 0) {
                try {
                    engine.stop(container, config.stopTimeoutMs());
                } catch (DockerException e) {
                    LOG.debug("Not stopped container={}", container, e);
                }
            }
            remove(container, () -> {});
        });
    }
}
