package io.stoa.state.resources;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringTokenizer;
import java.util.regex.Pattern;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;

/** Reads Mesos' text form of resources; the words of its errors are Mesos'. */
@SuppressWarnings("deprecation") // Mesos' pre-refinement fields role and reservation
final class ResourceTextParser {

    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Pattern NOT_FINITE = Pattern.compile("[+-]?(nan|inf|infinity)", Pattern.CASE_INSENSITIVE);

    private ResourceTextParser() {}

    static List<Resource> parse(String text, String defaultRole) {
        List<Resource> resources = new ArrayList<>();
        for (String token : tokens(text, ";")) {
            List<String> pair = tokens(token, ":");
            if (pair.size() != 2) {
                throw new IllegalArgumentException("Bad value for resources, missing or extra ':' in " + token);
            }
            String key = pair.get(0);
            int open = key.indexOf('(');
            int close = key.indexOf(')');
            if (open >= 0 && close < open) {
                throw new IllegalArgumentException("Bad value for resources, mismatched parentheses in " + token);
            }
            String name = (open < 0 ? key : key.substring(0, open)).trim();
            String role =
                    open < 0 ? defaultRole : key.substring(open + 1, close).trim();
            resources.add(resource(name, role, pair.get(1)));
        }
        return resources;
    }

    private static Resource resource(String name, String role, String value) {
        Resource.Builder resource = Resource.newBuilder().setName(name).setRole(role);
        try {
            parseValue(value.replace(" ", ""), resource);
        } catch (MalformedValue e) {
            throw new IllegalArgumentException(
                    "Failed to parse resource " + name + " value " + value + " error " + e.getMessage(), e);
        }
        if (resource.getType() == Value.Type.TEXT) {
            throw new IllegalArgumentException("Bad type for resource " + name + " value " + value + " type TEXT");
        }
        return resource.build();
    }

    private static void parseValue(String value, Resource.Builder resource) throws MalformedValue {
        if (value.isEmpty()) {
            throw new MalformedValue("Expecting non-empty string");
        }
        if (!bracketsMatch(value, '{', '}') || !bracketsMatch(value, '[', ']') || !bracketsMatch(value, '(', ')')) {
            throw new MalformedValue("Mismatched brackets");
        }
        if (value.indexOf('[') > 0) {
            throw new MalformedValue("Unexpected '[' found");
        }
        if (value.startsWith("[")) {
            resource.setType(Value.Type.RANGES).setRanges(ranges(value));
        } else if (value.indexOf('{') > 0) {
            throw new MalformedValue("Unexpected '{' found");
        } else if (value.startsWith("{")) {
            resource.setType(Value.Type.SET).setSet(Value.Set.newBuilder().addAllItem(tokens(value, "{},\n")));
        } else if (NUMBER.matcher(value).matches() || NOT_FINITE.matcher(value).matches()) {
            resource.setType(Value.Type.SCALAR)
                    .setScalar(Value.Scalar.newBuilder().setValue(scalar(value)));
        } else {
            resource.setType(Value.Type.TEXT);
        }
    }

    private static Value.Ranges ranges(String value) throws MalformedValue {
        List<String> tokens = tokens(value, "[]-,\n");
        if (tokens.size() % 2 != 0) {
            throw new MalformedValue("Expecting one or more \"ranges\"");
        }
        Value.Ranges.Builder ranges = Value.Ranges.newBuilder();
        long[] bounds = new long[tokens.size()];
        for (int i = 0; i < bounds.length; i++) {
            try {
                bounds[i] = Long.parseUnsignedLong(tokens.get(i));
            } catch (NumberFormatException e) {
                throw new MalformedValue("Expecting non-negative integers in '" + tokens.get(i & ~1) + "'");
            }
        }
        for (int i = 0; i < bounds.length; i += 2) {
            // A range the wrong way round is left for the validation to refuse.
            if (Long.compareUnsigned(bounds[i], bounds[i + 1]) > 0) {
                return ranges.clear().addRange(range(bounds[i], bounds[i + 1])).build();
            }
        }
        long[] coalesced = RangeArithmetic.coalesce(bounds);
        for (int i = 0; i < coalesced.length; i += 2) {
            ranges.addRange(range(coalesced[i], coalesced[i + 1]));
        }
        return ranges.build();
    }

    private static Value.Range range(long begin, long end) {
        return Value.Range.newBuilder().setBegin(begin).setEnd(end).build();
    }

    private static double scalar(String value) throws MalformedValue {
        String lower = value.toLowerCase(Locale.ROOT);
        if (lower.contains("nan")) {
            throw new MalformedValue("Invalid scalar value '" + value + "':NaN not supported");
        }
        double number = lower.contains("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(value);
        if (Double.isInfinite(number)) {
            throw new MalformedValue("Invalid scalar value '" + value + "':Infinite values not supported");
        }
        if (number != 0 && Math.abs(number) < Double.MIN_NORMAL) {
            throw new MalformedValue("Invalid scalar value '" + value + "':Subnormal values not supported");
        }
        if (number < 0) {
            throw new MalformedValue("Invalid scalar value '" + value + "':Negative values not supported");
        }
        return number;
    }

    private static boolean bracketsMatch(String text, char open, char close) {
        int depth = 0;
        for (int i = 0; i < text.length() && depth >= 0; i++) {
            char c = text.charAt(i);
            depth += c == open ? 1 : c == close ? -1 : 0;
        }
        return depth == 0;
    }

    private static List<String> tokens(String text, String delimiters) {
        List<String> tokens = new ArrayList<>();
        StringTokenizer tokenizer = new StringTokenizer(text, delimiters);
        while (tokenizer.hasMoreTokens()) {
            tokens.add(tokenizer.nextToken());
        }
        return tokens;
    }

    private static final class MalformedValue extends Exception {
        MalformedValue(String message) {
            super(message);
        }
    }
}
