using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Jaga.Kernel;
using Jaga.Server.Operate;

namespace Jaga.Server.Cli;

/// <summary><c>jaga doctor</c>: looks at what Jaga needs on this machine, and says how to get what is missing.</summary>
public static class Doctor
{
    private const long LowDisk = 2L * 1024 * 1024 * 1024;

    private sealed record Finding(string What, bool Good, string Says);

    public static Command Build()
    {
        var where = new OpenStore();
        var urls = new Option<string?>("--urls") { Description = $"Where Jaga will listen. Default: as ASPNETCORE_URLS says, or else {Up.Usual}." };
        var command = new Command("doctor", "Say what is missing on this machine, and how to get it. Exit 0: nothing.") { urls };
        where.Options.ToList().ForEach(command.Add);
        command.SetAction(async (parsed, ct) =>
        {
            var (storage, settings) = (where.Where(parsed), where.Settings(parsed));
            var (database, marked) = await Database(storage, ct);
            List<Finding> findings =
            [
                Library("libvips.so.42", "decodes pictures", "libvips42 (libvips42t64 on newer releases)"),
                Library("libturbojpeg.so.0", "decodes JPEG", "libturbojpeg0 (libturbojpeg on Ubuntu)"),
                Library("libseccomp.so.2", "locks the decoder in", "libseccomp2"),
                Program("ffmpeg", "reads video"),
                Program("ffprobe", "reads video"),
                Gpg(),
                Reporter(settings),
                Sandbox(),
                Folder(storage.Data),
                Key(storage, settings["Jaga:Secrets:MasterKey"] ?? "", marked),
                database,
                .. (parsed.GetValue(urls) ?? settings["ASPNETCORE_URLS"] ?? Up.Usual).Split(';').Select(Port),
            ];
            Show(findings);
            return findings.All(f => f.Good) ? 0 : 1;
        });
        return command;
    }

    private static Finding Library(string name, string does, string package)
    {
        var there = NativeLibrary.TryLoad(name, out _);
        return new(name, there, there ? does : $"missing: {does}. apt-get install {package}");
    }

    private static Finding Program(string name, string does)
    {
        var there = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, name)));
        return new(name, there, there ? does : $"missing: {does}. apt-get install ffmpeg");
    }

    // Not everybody hands packages to authorities: its absence is told, and is no fault.
    private static Finding Gpg() => new("gpg", true, File.Exists("/usr/bin/gpg") || File.Exists("/usr/local/bin/gpg") ? "encrypts packages for authorities" : "is not here: no package can be encrypted to an authority's key. apt-get install gnupg");

    // Not every house is bound to report to NCMEC: an address that is missing is told, and is no fault of the machine.
    private static Finding Reporter(IConfiguration settings) => new("reports to NCMEC", true, string.IsNullOrWhiteSpace(settings["Jaga:Referrals:Reporter:Email"])
        ? "Jaga__Referrals__Reporter__Email is not set here: they are drafted, and none can be signed. Where no law binds you to report: Jaga__Referrals__Bound=false" : "it is said who reports");

    // The decoder locks itself in with a seccomp filter; a kernel or a container that forbids filters shows it here.
    private static Finding Sandbox()
    {
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("Seccomp:", StringComparison.Ordinal));
        var known = File.Exists("/proc/sys/kernel/seccomp/actions_avail");
        return new("sandbox", line is not null && known, known ? "the kernel takes seccomp filters" : "this kernel takes no seccomp filters: hostile files cannot be decoded safely here");
    }

    private static Finding Folder(string data)
    {
        try
        {
            var there = Directory.Exists(data);
            var probe = Path.Combine(Directory.CreateDirectory(data).FullName, ".doctor");
            File.WriteAllBytes(probe, [1]);
            File.Delete(probe);
            var free = new DriveInfo(Path.GetFullPath(data)).AvailableFreeSpace;
            if (!there)
            {
                Directory.Delete(data);
            }

            return new("data folder", free > LowDisk, $"{Path.GetFullPath(data)} can be written; {free / (1L << 30)} GiB free{(free > LowDisk ? "" : ", which is little: evidence needs room")}");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return new("data folder", false, $"{data} cannot be written: {refused.Message}");
        }
    }

    /// <param name="marked">By which the database knows its key; empty where it has none yet, null where there is no database.</param>
    private static Finding Key(StorageSettings storage, string given, string? marked)
    {
        var path = Path.Combine(storage.Data, "keys", "master.key");
        var there = File.Exists(path);
        if (given.Length == 0 && !there)
        {
            return new("master key", marked is null, marked is null ? $"is made at the first start: {path}. Keep a copy of it elsewhere" : $"{path} is missing, and the database was written under it: restore it from your copy");
        }

        var open = given.Length > 0 || !there ? UnixFileMode.None : File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite);
        try
        {
            var mark = new MasterKey(storage, new() { MasterKey = given }).Mark;
            var fits = marked is not { Length: > 0 } || mark == marked;
            return new("master key", fits && open == 0, !fits ? "is not the one under which the database was written: restore it from your copy" : open == 0 ? "is there, and only its owner reads it" : $"others may read it: chmod 600 {path}");
        }
        catch (Exception wrong) when (wrong is WrongSetting or FormatException)
        {
            return new("master key", false, wrong.Message);
        }
    }

    private static async Task<(Finding Finding, string? Marked)> Database(StorageSettings storage, CancellationToken ct)
    {
        var file = Path.Combine(storage.Data, "jaga.db");
        if (storage.Connection.Length == 0 && !File.Exists(file))
        {
            return (new("database", true, $"is made at the first start: {file}"), null);
        }

        try
        {
            await using var connection = await Storage.Open(storage, ct);
            await using var ask = connection.CreateCommand();
            ask.CommandText = "SELECT count(*) FROM schema_steps";
            var steps = await ask.ExecuteScalarAsync(ct);
            ask.CommandText = "SELECT count(*) FROM schema_steps WHERE name LIKE '%/0042_key_marks.sql'";
            var knows = Convert.ToInt64(await ask.ExecuteScalarAsync(ct), System.Globalization.CultureInfo.InvariantCulture) > 0;
            ask.CommandText = "SELECT mark FROM key_marks";
            return (new("database", true, DataFolder.Readable(storage) is { } open ? DataFolder.Warning(open) : $"answers; {steps} schema steps done"), knows ? (string?)await ask.ExecuteScalarAsync(ct) ?? "" : "");
        }
        catch (System.Data.Common.DbException refused)
        {
            return (new("database", false, refused.Message), null);
        }
    }

    private static Finding Port(string url)
    {
        var port = new Uri(url.Replace("*", "localhost", StringComparison.Ordinal).Replace("+", "localhost", StringComparison.Ordinal)).Port;
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return new($"port {port}", true, "is free");
        }
        catch (SocketException)
        {
            return new($"port {port}", false, "is taken, by another program or by Jaga itself: choose another with --urls");
        }
    }

    private static void Show(List<Finding> findings)
    {
        foreach (var finding in findings)
        {
            Console.WriteLine($"{(finding.Good ? "  ok  " : " MISS ")} {finding.What,-18} {finding.Says}");
        }
    }
}
