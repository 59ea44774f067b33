using System.Diagnostics;
using System.Runtime.CompilerServices;
using Jaga.Media;
using Jaga.Tests.Media.Support;

namespace Jaga.Tests.Media;

/// <summary>Another's program hashes what it is given, and can do nothing else.</summary>
public sealed class ExternalHasherTests : IDisposable
{
    private static readonly byte[] File = Forged.Png(900, 900);
    private readonly string _folder = Directory.CreateTempSubdirectory("jaga-hasher-").FullName;

    [Fact]
    public async Task Its_hash_stands_among_the_fingerprints_under_its_own_name()
    {
        using var reader = With(Sample());

        for (var i = 0; i < 3; i++)
        {
            var reading = await reader.Read(File, MediaWish.Fingerprint, default);

            Assert.Equal(new HasherReading("adler32", "adler32", Adler32(File), ""), Assert.Single(reading.External));
            Assert.Equal(MediaOutcome.Read, reading.Outcome);
        }
    }

    [Fact]
    public async Task Why_there_is_no_hash_is_told()
    {
        using var reader = With(Sample());

        var reading = await reader.Read(Pattern.Of(160, 120).Ffmpeg(".mp4", "-t", "1"), MediaWish.Fingerprint, default);

        Assert.Equal(new HasherReading("adler32", "adler32", null, "pictures only"), Assert.Single(reading.External));
    }

    [Theory]
    [InlineData("dies", "abort();", "the hasher died over it or answered wrongly (exit code 134)")]
    [InlineData("stalls", "for (;;) { }", "not decoded within 1 s")]
    [InlineData("lies", "tell(\"\\2what\", 5);", "the hasher died over it or answered wrongly (exit code 137)")]
    [InlineData("boasts", "{ unsigned char big[4] = { 255, 255, 255, 127 }; all(0, big, 4); }", "the hasher died over it or answered wrongly (exit code 137)")]
    public async Task What_it_does_to_itself_costs_that_hash_only(string name, string deed, string reason)
    {
        // Only the one that stalls may run out of time; how soon the others die depends on the machine.
        using var reader = With(Built(name, $"if (length > 200) {deed}"), name == "stalls" ? TimeSpan.FromSeconds(1) : null);

        var reading = await reader.Read(File, MediaWish.Fingerprint, default);

        Assert.Equal((MediaOutcome.Read, null, reason), (reading.Outcome, reading.External[0].Hash, reading.External[0].Reason));
        var small = Forged.Png(1, 1);
        Assert.True(small.Length < 200 && File.Length > 200);
        await Poll.Until(async () => (await reader.Read(small, MediaWish.Fingerprint, default)).External[0].Hash == Adler32(small), "the next file is hashed");
    }

    [Fact]
    public async Task It_writes_no_file_reaches_no_network_and_starts_no_process()
    {
        var written = Path.Combine(_folder, "written");
        var deeds = $"if (fopen(\"{written}\", \"w\") || socket(2, 1, 0) >= 0 || fork() >= 0) abort();";
        using var reader = With(Built("tries", deeds));

        var reading = await reader.Read(File, MediaWish.Fingerprint, default);

        Assert.Equal(Adler32(File), reading.External[0].Hash);
        Assert.False(System.IO.File.Exists(written));
    }

    [Fact]
    public async Task A_program_that_is_no_hasher_costs_nothing_else()
    {
        using var reader = With("/bin/true");

        var reading = await reader.Read(File, MediaWish.Fingerprint, default);

        Assert.Equal((MediaOutcome.Read, "the hasher does not start"), (reading.Outcome, reading.External[0].Reason));
    }

    [Fact]
    public async Task One_file_that_takes_its_time_holds_no_other_up()
    {
        var go = Path.Combine(_folder, "go");
        using var reader = With(Built("waits", $"if (length > 200) {{ FILE *f; while (!(f = fopen(\"{go}\", \"r\"))) {{ }} fclose(f); }}"));
        var small = Forged.Png(1, 1);
        var slow = reader.Read(File, MediaWish.Fingerprint, default);

        Assert.Equal(Adler32(small), (await reader.Read(small, MediaWish.Fingerprint, default).WaitAsync(TimeSpan.FromMinutes(2))).External[0].Hash);

        await System.IO.File.WriteAllTextAsync(go, "");
        System.IO.File.SetUnixFileMode(go, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        Assert.Equal(Adler32(File), (await slow).External[0].Hash);
    }

    [Fact]
    public async Task A_caller_who_leaves_gets_the_bytes_back_when_no_hasher_reads_them_any_more()
    {
        var go = Path.Combine(_folder, "go");
        using var reader = With(Built("waits", $"FILE *f; while (!(f = fopen(\"{go}\", \"r\"))) {{ }} fclose(f);"));
        var slow = reader.Read(Forged.Png(7_000, 7_000, bits: 16, colour: 6), MediaWish.Fingerprint, default);
        await Poll.Until(() => Task.FromResult(reader.Lanes[0].IsBusy), "the only child is at work");
        using var leaving = new CancellationTokenSource();
        var left = reader.Read(File, MediaWish.Fingerprint, leaving.Token);

        await leaving.CancelAsync();
        for (var i = 0; i < 100; i++)
        {
            await Task.Yield();
        }

        Assert.False(left.IsCompleted);
        await System.IO.File.WriteAllTextAsync(go, "");
        System.IO.File.SetUnixFileMode(go, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await Task.WhenAny(left);
        await slow;
    }

    [Fact]
    public async Task A_vector_of_another_length_is_none()
    {
        using var reader = With(Sample(), type: "photodna");

        var reading = await reader.Read(File, MediaWish.Fingerprint, default);

        Assert.Equal((null, "it answered 4 bytes; photodna has 144"), (reading.External[0].Hash, reading.External[0].Reason));
    }

    [Fact]
    public void A_hasher_of_vectors_is_called_as_signals_are()
    {
        Assert.Empty(Wrong(new() { Name = "licensed", Command = "/bin/true", Type = "photodna" }));
        Assert.Contains("called photodna here", Assert.Single(Wrong(new() { Name = "pdna", Command = "/bin/true" })));
        Assert.Contains("none of Jaga's own names", Assert.Single(Wrong(new() { Name = "licensed", Command = "/bin/true", Type = "sha256" })));
        Assert.Contains("Workers is 0", Assert.Single(Wrong(new() { Name = "licensed", Command = "/bin/true", Workers = 0 })));

        static IEnumerable<string> Wrong(HasherSettings hasher) => new MediaSettings { Hashers = [hasher] }.Wrong();
    }

    [Fact]
    public void A_wrong_hasher_is_named()
    {
        var wrong = new MediaSettings { Hashers = [new() { Name = "pdq", Command = "true", Memory = 1, Deadline = TimeSpan.Zero }] }.Wrong().ToList();

        Assert.Equal(4, wrong.Count);
        Assert.StartsWith("Media:Hashers:0:Name is pdq.", wrong[0], StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static MediaReader With(string command, TimeSpan? deadline = null, string? type = null) =>
        Pool.With(new() { Hashers = [new() { Name = "adler32", Type = type, Command = command, Workers = 2, Deadline = deadline ?? TimeSpan.FromMinutes(5), Memory = 64 * 1024 * 1024 }] });

    private static string Adler32(byte[] file)
    {
        var (a, b) = (1u, 0u);
        foreach (var one in file)
        {
            a = (a + one) % 65521;
            b = (b + a) % 65521;
        }

        return (b << 16 | a).ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
    }

    private string Sample() => Built("sample", "");

    /// <summary>The sample, compiled, with something more done to each file.</summary>
    private string Built(string name, string deed, [CallerFilePath] string thisFile = "")
    {
        var sample = System.IO.File.ReadAllText(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "../../../samples/Hasher/adler32.c")));
        const string Place = "        char answer[64];";
        Assert.Contains(Place, sample, StringComparison.Ordinal);
        var (source, program) = (Path.Combine(_folder, name + ".c"), Path.Combine(_folder, name));
        System.IO.File.WriteAllText(source, "#include <sys/socket.h>\n" + sample.Replace(Place, $"        {deed}\n{Place}", StringComparison.Ordinal));
        try
        {
            using var compiler = Process.Start("cc", ["-O1", "-o", program, source]);
            compiler.WaitForExit();
            Assert.Equal(0, compiler.ExitCode);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("cc is not installed.");
        }

        System.IO.File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
        return program;
    }
}
