package io.stoa.state.resources;

import java.util.ArrayList;
import java.util.List;
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

    public static boolean isTopLevel(String role) {
        return role.indexOf('/') < 0;
    }

    /** The role at the top that a role is below, or that it is. */
    public static String topLevel(String role) {
        int slash = role.indexOf('/');
        return slash < 0 ? role : role.substring(0, slash);
    }

    /** The role itself, its parent, and so on to the top: {@code a/b/c, a/b, a}. */
    public static List<String> lineage(String role) {
        int slash = role.lastIndexOf('/');
        if (slash < 0) {
            return List.of(role);
        }
        List<String> lineage = new ArrayList<>();
        lineage.add(role);
        for (; slash >= 0; slash = role.lastIndexOf('/', slash - 1)) {
            lineage.add(role.substring(0, slash));
        }
        return lineage;
    }

    /** True for the role itself and everything below it. */
    public static boolean isWithin(String role, String ancestor) {
        return role.equals(ancestor) || isStrictSubrole(role, ancestor);
    }
}
