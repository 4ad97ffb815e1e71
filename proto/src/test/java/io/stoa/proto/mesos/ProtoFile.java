package io.stoa.proto.mesos;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.TextFormat;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Writes a proto2 file out of its descriptor: declarations only, in the descriptor's order. */
final class ProtoFile {

    private final FileDescriptor file;
    private final StringBuilder text = new StringBuilder();
    private int depth;

    private ProtoFile(FileDescriptor file) {
        this.file = file;
    }

    /** @param head the comment it begins with, line by line */
    static String of(FileDescriptor file, List<String> head) {
        return new ProtoFile(file).write(head);
    }

    private String write(List<String> head) {
        head.forEach(line -> line("// " + line));
        line("syntax = \"proto2\";");
        line("");
        line("package " + file.getPackage() + ";");
        line("");
        line("option java_package = \"" + file.getOptions().getJavaPackage() + "\";");
        line("option java_outer_classname = \"" + file.getOptions().getJavaOuterClassname() + "\";");
        for (EnumDescriptor type : file.getEnumTypes()) {
            line("");
            write(type);
        }
        for (Descriptor type : file.getMessageTypes()) {
            line("");
            write(type);
        }
        return text.toString();
    }

    private void line(String line) {
        text.append(line.isEmpty() ? "" : "  ".repeat(depth) + line).append('\n');
    }

    private void write(Descriptor type) {
        line("message " + type.getName() + " {");
        depth++;
        type.getEnumTypes().forEach(this::write);
        type.getNestedTypes().forEach(this::write);
        Set<OneofDescriptor> written = new HashSet<>();
        for (FieldDescriptor field : type.getFields()) {
            OneofDescriptor oneof = field.getContainingOneof();
            if (oneof == null) {
                line(label(field) + declaration(field));
            } else if (written.add(oneof)) {
                line("oneof " + oneof.getName() + " {");
                depth++;
                oneof.getFields().forEach(member -> line(declaration(member)));
                depth--;
                line("}");
            }
        }
        depth--;
        line("}");
    }

    private void write(EnumDescriptor type) {
        line("enum " + type.getName() + " {");
        depth++;
        if (type.getOptions().getAllowAlias()) {
            line("option allow_alias = true;");
        }
        for (EnumValueDescriptor value : type.getValues()) {
            line(value.getName() + " = " + value.getNumber()
                    + (value.getOptions().getDeprecated() ? " [deprecated = true];" : ";"));
        }
        depth--;
        line("}");
    }

    private static String label(FieldDescriptor field) {
        return field.isRepeated() ? "repeated " : field.isRequired() ? "required " : "optional ";
    }

    private String declaration(FieldDescriptor field) {
        StringBuilder options = new StringBuilder();
        if (field.hasDefaultValue()) {
            options.append("default = ").append(defaultValue(field));
        }
        if (field.getOptions().getDeprecated()) {
            options.append(options.isEmpty() ? "" : ", ").append("deprecated = true");
        }
        return type(field) + " " + field.getName() + " = " + field.getNumber()
                + (options.isEmpty() ? "" : " [" + options + "]") + ";";
    }

    /** Names within the package stand without it: no type of a Mesos file hides another of the same name. */
    private String type(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case MESSAGE ->
                field.getMessageType().getFullName().substring(file.getPackage().length() + 1);
            case ENUM ->
                field.getEnumType().getFullName().substring(file.getPackage().length() + 1);
            default -> field.getType().name().toLowerCase(java.util.Locale.ROOT);
        };
    }

    private static String defaultValue(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case STRING ->
                '"' + TextFormat.escapeBytes(ByteString.copyFromUtf8((String) field.getDefaultValue())) + '"';
            case ENUM -> ((EnumValueDescriptor) field.getDefaultValue()).getName();
            default -> String.valueOf(field.getDefaultValue());
        };
    }
}
