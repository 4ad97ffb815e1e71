package io.stoa.cli;

import io.stoa.flags.FlagSet;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description = "Print a script that completes commands and their options: source <(stoa completion bash)")
final class CompletionCommand implements Runnable {

    private enum Shell {
        BASH,
        ZSH;

        /** As it is typed. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What the library's script knows only as two words. Of {@code --output=js} bash makes three words, and replaces
     * the last; zsh leaves it one, and replaces all of it.
     */
    private static final String ASSIGNMENTS = """

            _complete_stoa_assignments() {
              local -a words=()
              local i word current=0 option=
              for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
                word=${COMP_WORDS[i]}
                if [[ $word == --*=* ]]; then
                  words+=("${word%%=*}" "${word#*=}")
                  ((i != COMP_CWORD)) || option=${word%%=*}=
                elif [[ $word != "=" ]]; then
                  words+=("$word")
                elif ((i == COMP_CWORD)); then
                  words+=("")
                fi
                ((i != COMP_CWORD)) || current=$((${#words[@]} - 1))
              done
              COMP_WORDS=("${words[@]}")
              COMP_CWORD=$current
              _complete_stoa
              COMPREPLY=("${COMPREPLY[@]/#/$option}")
              # Paths, where nothing better is known.
              [[ -n ${COMPREPLY[*]} || -n $ZSH_VERSION ]] || compopt -o default
            }
            complete -F _complete_stoa_assignments -o default stoa
            """;

    @Parameters(paramLabel = "SHELL", arity = "0..1", description = "bash or zsh, which take the same script.")
    private Shell shell = Shell.BASH;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        // A new one: the flags of servers are only completed, never parsed by it.
        CommandLine root = Stoa.commandLine();
        root.getSubcommands()
                .forEach((name, command) ->
                        Server.named(name).ifPresent(server -> addFlags(command.getCommandSpec(), server.flags())));
        PrintWriter out = spec.commandLine().getOut();
        out.println("# In " + shell + ": source <(stoa completion " + shell + ")");
        out.print(AutoComplete.bash("stoa", root));
        out.print(ASSIGNMENTS);
        out.flush();
    }

    private static void addFlags(CommandSpec command, FlagSet flags) {
        flags.spellings().forEach((spelling, takesValue) -> {
            if (command.findOption(spelling) == null) {
                command.addOption(OptionSpec.builder(spelling)
                        .type(takesValue ? String.class : boolean.class)
                        .arity(takesValue ? "1" : "0")
                        .build());
            }
        });
    }
}
