using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace Jaga.Evidence;

/// <summary>What a bag may contain, and what it must not.</summary>
internal enum BagEntryKind
{
    File,
    Folder,

    /// <summary>A link, a device, a pipe: never in a bag of ours, never followed in another's.</summary>
    Strange,
}

/// <summary>One entry of a bag. The content is valid until the next entry is asked for.</summary>
internal sealed record BagEntry(string Path, BagEntryKind Kind, Stream Content, long Length = 0);

/// <summary>Reads a bag's entries one after another, from a folder, a tar or a zip file, without unpacking anything or following any link.</summary>
internal static class BagFiles
{
    private const FileAttributes Unusual = FileAttributes.ReparsePoint | FileAttributes.Device;

    /// <exception cref="InvalidDataException">The tar or zip cannot be read.</exception>
    public static IAsyncEnumerable<BagEntry> In(string bag, CancellationToken ct) =>
        Directory.Exists(bag) ? Folder(bag, ct)
        : Path.GetExtension(bag).Equals(".zip", StringComparison.OrdinalIgnoreCase) ? Zip(bag, ct)
        : Tar(bag, ct);

    private static async IAsyncEnumerable<BagEntry> Folder(string bag, [EnumeratorCancellation] CancellationToken ct)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(bag)));
        var all = new EnumerationOptions { RecurseSubdirectories = false, AttributesToSkip = 0 };
        var folders = new Stack<string>([bag]);
        while (folders.TryPop(out var folder))
        {
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", all))
            {
                ct.ThrowIfCancellationRequested();
                var path = $"{name}/{Path.GetRelativePath(bag, entry.FullName)}";
                if ((entry.Attributes & Unusual) != 0 || entry.LinkTarget is not null)
                {
                    yield return new(path, BagEntryKind.Strange, Stream.Null);
                }
                else if (entry is DirectoryInfo)
                {
                    folders.Push(entry.FullName);
                    yield return new(path, BagEntryKind.Folder, Stream.Null);
                }
                else
                {
                    await using var content = new FileStream(entry.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
                    yield return new(path, BagEntryKind.File, content, content.Length);
                }
            }
        }
    }

    private static async IAsyncEnumerable<BagEntry> Tar(string bag, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var file = File.OpenRead(bag);
        await using var tar = new TarReader(file);
        while (await tar.GetNextEntryAsync(copyData: false, ct) is { } entry)
        {
            var kind = entry.EntryType switch
            {
                TarEntryType.RegularFile or TarEntryType.V7RegularFile => BagEntryKind.File,
                TarEntryType.Directory => BagEntryKind.Folder,
                _ => BagEntryKind.Strange,
            };
            yield return new(entry.Name, kind, entry.DataStream ?? Stream.Null, entry.Length);
        }
    }

    private static async IAsyncEnumerable<BagEntry> Zip(string bag, [EnumeratorCancellation] CancellationToken ct)
    {
        const int typeMask = 0xF000, regular = 0x8000, folder = 0x4000;
        await using var file = File.OpenRead(bag);
        await using var zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, ct);
        foreach (var entry in zip.Entries)
        {
            var type = (entry.ExternalAttributes >> 16) & typeMask;
            if (entry.FullName.EndsWith('/'))
            {
                yield return new(entry.FullName, type is 0 or folder ? BagEntryKind.Folder : BagEntryKind.Strange, Stream.Null);
            }
            else
            {
                await using var content = await entry.OpenAsync(ct);
                yield return new(entry.FullName, type is 0 or regular ? BagEntryKind.File : BagEntryKind.Strange, content, entry.Length);
            }
        }
    }
}
