package io.stoa.flags;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The flags of one program. Loads them as Mesos does: {@code --name=value}, {@code --name} and {@code --no-name} for
 * booleans, {@code MESOS_NAME} in the environment where the command line does not say otherwise; {@code file:///path}
 * stands for the content of a file. Unknown variables are ignored, unknown flags are not.
 */
public final class FlagSet {

    private static final String ENVIRONMENT_PREFIX = "MESOS_";
    private static final int HELP_INDENT = 5;
    private static final int HELP_COLUMNS = 106;

    private final String usage;
    private final List<Flag<?>> flags;
    private final Map<String, Flag<?>> byName = new TreeMap<>();
    private final Map<String, String> byVariable = new TreeMap<>();

    /** @param usage the line that help begins with, {@code Usage: stoa master [options]} */
    public FlagSet(String usage, List<Flag<?>> flags) {
        this.usage = usage;
        this.flags = List.copyOf(flags);
        for (Flag<?> flag : flags) {
            declare(flag.name(), flag);
            flag.alias().ifPresent(alias -> declare(alias, flag));
            flag.variable().ifPresent(variable -> byVariable.put(variable, flag.name()));
        }
    }

    private void declare(String name, Flag<?> flag) {
        if (byName.put(name, flag) != null) {
            throw new IllegalArgumentException("flag: " + name + " is declared twice (expected: once)");
        }
    }

    /** Whether help is asked for; it is, whatever else is wrong with the arguments. */
    public static boolean wantsHelp(List<String> arguments) {
        return arguments.contains("--help");
    }

    /**
     * @param arguments after the program's name; what does not begin with {@code --} is ignored, as in Mesos
     * @param environment of the process
     * @throws FlagsException for the first thing that is wrong
     */
    public FlagValues load(List<String> arguments, Map<String, String> environment) throws FlagsException {
        Map<Flag<?>, String> loadedVia = new HashMap<>();
        Map<String, Object> values = new HashMap<>();
        Map<String, String> texts = new TreeMap<>();
        Map<String, Boolean> namesTyped = new HashMap<>();
        for (String argument : arguments) {
            String trimmed = argument.trim();
            if (trimmed.equals("--")) {
                break;
            }
            if (trimmed.startsWith("--")) {
                int eq = trimmed.indexOf('=');
                String name =
                        trimmed.substring(2, eq < 0 ? trimmed.length() : eq).toLowerCase(Locale.ROOT);
                namesTyped.put(name, true);
                load(
                        name,
                        eq < 0 ? Optional.empty() : Optional.of(trimmed.substring(eq + 1)),
                        loadedVia,
                        values,
                        texts);
            }
        }
        for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
            String name = flagName(variable.getKey());
            if (byName.containsKey(withoutNo(name)) && !namesTyped.containsKey(name)) {
                load(name, Optional.of(variable.getValue()), loadedVia, values, texts);
            }
        }
        for (Flag<?> flag : flags) {
            if (flag.required() && !loadedVia.containsKey(flag)) {
                throw new FlagsException("Flag '" + flag.name() + "' is required, but it was not provided");
            }
            if (flag.defaultText().isPresent() && !loadedVia.containsKey(flag)) {
                String text = flag.defaultText().get();
                values.put(flag.name(), read(flag, flag.name(), text));
                texts.put(flag.name(), text);
            }
        }
        return new FlagValues(values, texts);
    }

    /** Empty where the variable is not for flags. */
    private String flagName(String variable) {
        return variable.startsWith(ENVIRONMENT_PREFIX)
                ? variable.substring(ENVIRONMENT_PREFIX.length()).toLowerCase(Locale.ROOT)
                : byVariable.getOrDefault(variable, "");
    }

    private void load(
            String name,
            Optional<String> value,
            Map<Flag<?>, String> loadedVia,
            Map<String, Object> values,
            Map<String, String> texts)
            throws FlagsException {
        String flagName = withoutNo(name);
        boolean negated = !flagName.equals(name);
        Flag<?> flag = byName.get(flagName);
        if (flag == null) {
            throw new FlagsException("Failed to load unknown flag '" + flagName + "'"
                    + (negated ? " via '" + name + "'" : "") + suggestion(flagName));
        }
        String before = loadedVia.put(flag, flagName);
        if (before != null) {
            throw new FlagsException("Flag '" + flagName + "' is already loaded via name '" + before + "'");
        }
        String text = flag.isBoolean()
                ? booleanText(flagName, name, negated, value.orElse(""))
                : plainText(flagName, name, negated, value);
        values.put(flag.name(), read(flag, flagName, text));
        texts.put(flag.name(), text);
    }

    private static String booleanText(String flagName, String name, boolean negated, String value)
            throws FlagsException {
        if (value.isEmpty()) {
            return negated ? "false" : "true";
        }
        if (negated) {
            throw new FlagsException(
                    "Failed to load boolean flag '" + flagName + "' via '" + name + "' with value '" + value + "'");
        }
        return value;
    }

    private static String plainText(String flagName, String name, boolean negated, Optional<String> value)
            throws FlagsException {
        if (negated) {
            throw new FlagsException("Failed to load non-boolean flag '" + flagName + "' via '" + name + "'");
        }
        if (value.isEmpty()) {
            throw new FlagsException("Failed to load non-boolean flag '" + flagName + "': Missing value");
        }
        return value.get();
    }

    private static Object read(Flag<?> flag, String flagName, String text) throws FlagsException {
        try {
            return flag.type().parser().apply(flag.effective() && flag.type().fetched() ? fetched(text) : text);
        } catch (IllegalArgumentException e) {
            throw new FlagsException(
                    "Failed to load flag '" + flagName + "': Failed to load value '" + text + "': " + e.getMessage());
        }
    }

    private static String fetched(String text) {
        if (!text.startsWith("file://")) {
            return text;
        }
        String path = text.substring("file://".length());
        try {
            return Files.readString(Path.of(path));
        } catch (IOException e) {
            throw new IllegalArgumentException("Error reading file '" + path + "': " + e, e);
        }
    }

    private static String withoutNo(String name) {
        return name.startsWith("no-") ? name.substring("no-".length()) : name;
    }

    private String suggestion(String unknown) {
        return EditDistance.nearest(unknown, byName.keySet())
                .map(nearest -> "; did you mean '" + nearest + "'?")
                .orElse("");
    }

    /** What {@code --help} prints. */
    public String help() {
        List<Flag<?>> effective = sorted(true);
        int width = effective.stream()
                        .mapToInt(flag -> flag.synopsis().length())
                        .max()
                        .orElse(0)
                + 2
                + HELP_INDENT;
        StringBuilder text = new StringBuilder(usage).append("\n\n");
        for (Flag<?> flag : effective) {
            String left = "  " + flag.synopsis();
            for (String line : (flag.help() + defaultNote(flag)).split("\n", -1)) {
                text.append(left)
                        .append(" ".repeat(width - left.length()))
                        .append(line)
                        .append('\n');
                left = "";
            }
        }
        String ignored = sorted(false).stream().map(Flag::synopsis).collect(Collectors.joining(" "));
        return ignored.isEmpty()
                ? text.toString()
                : text + "\nAccepted, since Mesos has them, but without effect:\n"
                        + ignored.replaceAll("(.{1," + HELP_COLUMNS + "})(?: |$)", "  $1\n");
    }

    /** The tables of the reference page, in Markdown. */
    public String markdown() {
        String effective = sorted(true).stream()
                .map(flag -> "| `" + flag.synopsis() + "` | " + flag.type().name() + " | "
                        + flag.defaultText()
                                .map(text -> "`" + cell(text) + "`")
                                .orElse(flag.required() ? "required" : "")
                        + " | " + cell(flag.help()) + " |\n")
                .collect(Collectors.joining("", "| Flag | Type | Default | What it does |\n|---|---|---|---|\n", ""));
        String ignored = sorted(false).stream()
                .map(flag -> "| `" + flag.synopsis() + "` | " + flag.type().name() + " |\n")
                .collect(Collectors.joining());
        return ignored.isEmpty()
                ? effective
                : effective + "\n## Accepted, since Mesos has them, but without effect\n\n| Flag | Type |\n|---|---|\n"
                        + ignored;
    }

    private static String cell(String text) {
        return text.replace('\n', ' ').replace("|", "\\|");
    }

    /** The flags that were given and have no effect, by name. */
    public List<String> withoutEffect(FlagValues values) {
        return sorted(false).stream()
                .filter(flag -> values.find(flag).isPresent())
                .map(Flag::name)
                .toList();
    }

    /** What may be typed to some effect, {@code --name} or {@code --no-name}, and whether a value comes behind it. */
    public Map<String, Boolean> spellings() {
        Map<String, Boolean> spellings = new TreeMap<>();
        for (Flag<?> flag : sorted(true)) {
            spellings.put("--" + flag.name(), !flag.isBoolean());
            if (flag.isBoolean()) {
                spellings.put("--no-" + flag.name(), false);
            }
        }
        return spellings;
    }

    private List<Flag<?>> sorted(boolean effective) {
        return byName.entrySet().stream()
                .filter(entry -> entry.getKey().equals(entry.getValue().name()))
                .<Flag<?>>map(Map.Entry::getValue)
                .filter(flag -> flag.effective() == effective)
                .toList();
    }

    private static String defaultNote(Flag<?> flag) {
        return flag.defaultText().map(text -> " (default: " + text + ")").orElse("");
    }
}
