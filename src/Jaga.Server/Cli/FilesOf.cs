using System.IO.Enumeration;
using Jaga.Media;

namespace Jaga.Server.Cli;

/// <summary>Files named on the command line, and many of them read at once, answered in their order.</summary>
internal static class FilesOf
{
    /// <summary>The files that paths stand for: a folder for all in it, and below, by name. What cannot be listed is told to <paramref name="wrong"/>.</summary>
    public static List<string> Paths(IEnumerable<string> paths, Action<string, string> wrong)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            try
            {
                if (Directory.Exists(path))
                {
                    files.AddRange(Below(path).Order(StringComparer.Ordinal));
                }
                else if (File.Exists(path))
                {
                    files.Add(path);
                }
                else
                {
                    wrong(path, "there is no such file or folder");
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                wrong(path, failure.Message);
            }
        }

        return files;
    }

    /// <summary>Does <paramref name="read"/> for several files at once, and answers in their order.</summary>
    public static async IAsyncEnumerable<T> Each<T>(IEnumerable<string> files, int atOnce, Func<string, Task<T>> read)
    {
        var window = new Queue<Task<T>>();
        foreach (var file in files)
        {
            if (window.Count >= atOnce)
            {
                yield return await window.Dequeue();
            }

            window.Enqueue(Task.Run(() => read(file)));
        }

        while (window.TryDequeue(out var next))
        {
            yield return await next;
        }
    }

    /// <summary>The reader with the settings of the environment (<c>Jaga__Media__…</c>).</summary>
    public static (MediaReader Reader, MediaSettings Settings) Reader()
    {
        var services = new ServiceCollection().AddLogging();
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        MediaRoom.Add(services, configuration.GetSection("Jaga"));
        var settings = (MediaSettings)services.Single(s => s.ServiceType == typeof(MediaSettings)).ImplementationInstance!;
        return (new(settings, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<MediaReader>.Instance), settings);
    }

    /// <summary>Reads a file in the limited child.</summary>
    /// <returns>The reading; where it is not whole also what is the trouble, and null where the file's bytes cannot even be had.</returns>
    public static async Task<(MediaReading? Reading, string Trouble)> Read(MediaReader reader, MediaSettings settings, string file, CancellationToken ct)
    {
        try
        {
            if (new FileInfo(file).Length > settings.MaxBytes)
            {
                return (null, $"{MediaOutcome.TooLarge}: more than {settings.MaxBytes} bytes");
            }

            var reading = await reader.Read(await File.ReadAllBytesAsync(file, ct), MediaWish.Fingerprint, ct);
            return (reading, reading.Outcome is MediaOutcome.Read ? "" : $"{reading.Outcome}: {reading.Reason}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, failure.Message);
        }
    }

    // Links to folders are not followed: they may lead round in a circle.
    private static FileSystemEnumerable<string> Below(string folder) => new(
        folder,
        (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(),
        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
        ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
    };
}
