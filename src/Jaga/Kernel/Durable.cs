using System.Runtime.InteropServices;
using System.Text;

namespace Jaga.Kernel;

/// <summary>Files that survive a power cut: their bytes are on the disk before they get their name, and the name is on the disk before anything relies on it.</summary>
public static partial class Durable
{
    private const int ReadOnlyDirectory = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC

    /// <summary>Puts <paramref name="text"/> in the place of <paramref name="path"/> in one step; a reader sees the old file or the new one, never a part.</summary>
    public static async Task Write(string path, string text, CancellationToken ct)
    {
        var fresh = $"{path}.{Path.GetRandomFileName()}";
        await using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write))
        {
            await file.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
            file.Flush(flushToDisk: true);
        }

        Name(fresh, path);
    }

    /// <summary>Gives a file whose bytes are already flushed its name, and has the folder's entry written to the disk.</summary>
    public static void Name(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        SyncFolder(Path.GetDirectoryName(Path.GetFullPath(to))!);
    }

    /// <summary>Has the entries of a folder written to the disk.</summary>
    public static void SyncFolder(string folder)
    {
        var handle = Open(folder, ReadOnlyDirectory);
        if (handle < 0)
        {
            throw new IOException($"{folder} cannot be opened to sync it (errno {Marshal.GetLastPInvokeError()}).");
        }

        var (failed, error) = (Sync(handle) != 0, Marshal.GetLastPInvokeError());
        _ = Close(handle);
        if (failed)
        {
            throw new IOException($"{folder} cannot be synced (errno {error}).");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
