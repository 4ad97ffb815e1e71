package io.stoa.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Shows what a task of a run writes, until it has ended. Belongs to one thread but for {@link #taskRuns} and
 * {@link #taskHasEnded}.
 */
final class TaskOutput {

    private final Supplier<HttpEndpoint> masters;
    private final String taskId;
    private final PrefixedLines out;
    private final PrefixedLines err;
    private List<FileTail> tails = List.of();
    private volatile boolean ran;
    private volatile boolean ended;
    private String failure = "";

    TaskOutput(Supplier<HttpEndpoint> masters, String taskId, PrefixedLines out, PrefixedLines err) {
        this.masters = masters;
        this.taskId = taskId;
        this.out = out;
        this.err = err;
    }

    /** There is something to be shown, or will be. */
    void taskRuns() {
        ran = true;
    }

    /** Nothing more will be written. */
    void taskHasEnded() {
        ended = true;
    }

    /**
     * Shows what there is now and has not been shown. What cannot be read now may be readable later.
     *
     * @return true where all has been shown
     * @throws OutputException where nothing can be shown any more
     */
    boolean catchUp() {
        boolean last = ended;
        try {
            if (tails.isEmpty()) {
                tails = tails();
            }
            long found = tails.stream().filter(FileTail::catchUp).count();
            if (last && found == tails.size()) {
                out.end();
                err.end();
                return true;
            }
            failure = "the agent does not show the output of " + taskId;
        } catch (OutputException e) {
            throw e;
        } catch (CommandException e) {
            failure = "cannot show the output of " + taskId + ": " + e.getMessage();
        }
        return false;
    }

    /** Why not all has been shown; empty for a task that never ran, whose status says why. */
    Optional<String> failure() {
        return ran ? Optional.of(failure) : Optional.empty();
    }

    private List<FileTail> tails() {
        Optional<Sandbox> sandbox = Sandbox.of(TaskDetail.find(masters.get(), taskId, Optional.empty()));
        return sandbox.map(box -> List.of(new FileTail(box, "stdout", out), new FileTail(box, "stderr", err)))
                .orElseThrow(() -> new CommandException(ExitCode.NOT_FOUND, "no agent has its sandbox"));
    }
}
