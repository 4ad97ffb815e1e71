package io.stoa.state.resources;

import java.util.Optional;

/** The rules for names of roles. */
public final class Roles {

    /** The role of what is reserved for nobody. */
    public static final String UNRESERVED = "*";

    private Roles() {}

    /** What is wrong with the name of a role, in Mesos' words; empty where nothing is. */
    public static Optional<String> invalidity(String role) {
        if (role.equals(UNRESERVED)) {
            return Optional.empty();
        }
        if (role.startsWith("/")) {
            return Optional.of("Role '" + role + "' cannot start with a slash");
        }
        if (role.endsWith("/")) {
            return Optional.of("Role '" + role + "' cannot end with a slash");
        }
        if (role.contains("//")) {
            return Optional.of("Role '" + role + "' cannot contain two adjacent slashes");
        }
        if (role.isEmpty()) {
            return Optional.of("Role names cannot be the empty string");
        }
        for (String component : role.split("/", -1)) {
            if (component.equals(".") || component.equals("..") || component.equals("*")) {
                return Optional.of("Role '" + role + "' cannot include '" + component + "' as a component");
            }
            if (component.startsWith("-")) {
                return Optional.of("Role component '" + component + "' is invalid because it starts with a dash");
            }
            if (component.chars().anyMatch(Roles::isBackspaceOrWhitespace)) {
                return Optional.of(
                        "Role component '" + component + "' is invalid because it contains backspace or whitespace");
            }
        }
        return Optional.empty();
    }

    private static boolean isBackspaceOrWhitespace(int c) {
        return (c >= '\t' && c <= '\r') || c == ' ' || c == 0x7f;
    }

    /** True for {@code a/b} below {@code a}; a role is not below itself. */
    public static boolean isStrictSubrole(String role, String ancestor) {
        return role.length() > ancestor.length() && role.charAt(ancestor.length()) == '/' && role.startsWith(ancestor);
    }
}
