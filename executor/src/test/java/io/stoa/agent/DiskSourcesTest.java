package io.stoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.state.resources.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskSourcesTest {

    @TempDir
    Path directory;

    @Test
    void pathDisksAreMadeWhereTheyAreNotThere() throws Exception {
        check("{'type':'PATH','path':{'root':'" + directory + "/ssd/one'}}");
        assertThat(directory.resolve("ssd/one")).isEmptyDirectory();
        check("{'type':'PATH','path':{'root':'disks/two'}}");
        assertThat(directory.resolve("work/disks/two")).isEmptyDirectory();
    }

    @Test
    void pathDiskThatCannotBeMadeIsRefused() throws Exception {
        Files.writeString(directory.resolve("file"), "");
        assertThatThrownBy(() -> check("{'type':'PATH','path':{'root':'" + directory + "/file/one'}}"))
                .hasMessageStartingWith("Failed to create DiskInfo path directory '" + directory + "/file/one': ");
    }

    @Test
    void mountedDisksMustBeMounted() throws Exception {
        check("{'type':'MOUNT','mount':{'root':'/proc'}}");
        assertThatThrownBy(() -> check("{'type':'MOUNT','mount':{'root':'" + directory + "'}}"))
                .hasMessage("Failed to find mount '" + directory.toRealPath() + "' in /proc/mounts");
        assertThatThrownBy(() -> check("{'type':'MOUNT','mount':{'root':'" + directory + "/none'}}"))
                .hasMessageStartingWith("Failed to determine `realpath` for DiskInfo mount in resource 'disk")
                .hasMessageEndingWith("with path '" + directory + "/none': no such path");
    }

    @Test
    void disksWithoutRootAreRefused() {
        assertThatThrownBy(() -> check("{'type':'PATH'}"))
                .hasMessageStartingWith("PATH disk root directory is not specified 'disk");
        assertThatThrownBy(() -> check("{'type':'MOUNT'}"))
                .hasMessageStartingWith("MOUNT disk root directory is not specified 'disk");
    }

    @Test
    void disksOfResourceProvidersAreRefused() {
        assertThatThrownBy(() -> check("{'type':'RAW'}"))
                .hasMessageStartingWith("Unsupported 'DiskInfo.Source.Type' in 'disk");
    }

    private void check(String source) throws Exception {
        String json = ("[{'name':'disk','type':'SCALAR','scalar':{'value':100},'disk':{'source':" + source + "}}]")
                .replace('\'', '"');
        DiskSources.check(Resources.parse(json), new AgentPaths(directory.resolve("work"), directory.resolve("run")));
    }
}
