using System.Formats.Tar;

namespace Jaga.Evidence;

/// <summary>Where a bag is written: a folder, or a tar stream.</summary>
public interface IBagTarget
{
    /// <summary>Writes one file of the bag.</summary>
    /// <param name="path">Below the bag's own folder, with slashes.</param>
    /// <param name="content">Its bytes, of known length.</param>
    Task Add(string path, Stream content, DateTimeOffset at, CancellationToken ct);
}

/// <summary>Writes a bag into a folder that does not exist yet.</summary>
public sealed class FolderBag : IBagTarget
{
    private readonly string _folder;

    /// <exception cref="RuleBroken">The folder is there already.</exception>
    public FolderBag(string folder)
    {
        _folder = Directory.Exists(folder) ? throw new RuleBroken($"{folder} is there already. A bag is written into a folder of its own.") : folder;
        Directory.CreateDirectory(folder);
    }

    public async Task Add(string path, Stream content, DateTimeOffset at, CancellationToken ct)
    {
        var file = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await using var target = new FileStream(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        await content.CopyToAsync(target, ct);
        target.Flush(flushToDisk: true);
    }
}

/// <summary>
/// Writes a bag as a tar stream, in a folder named <paramref name="name"/>, as RFC 8493, section 5, asks. In the plain ustar format: its headers hold nothing but what is given here,
/// so that the same files make the same bytes, and a verification can say of every byte of the archive whether it was altered.
/// </summary>
public sealed class TarBag(Stream target, string name) : IBagTarget, IAsyncDisposable
{
    private readonly TarWriter _tar = new(target, TarEntryFormat.Ustar, leaveOpen: true);

    public Task Add(string path, Stream content, DateTimeOffset at, CancellationToken ct) => _tar.WriteEntryAsync(
        new UstarTarEntry(TarEntryType.RegularFile, $"{name}/{path}") { DataStream = content, ModificationTime = at, Mode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead }, ct);

    public ValueTask DisposeAsync() => _tar.DisposeAsync();
}
