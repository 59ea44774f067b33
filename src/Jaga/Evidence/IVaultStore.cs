namespace Jaga.Evidence;

/// <summary>Where the vault's encrypted files are: a folder, or a store that speaks S3. A file is written once, whole, and never changed.</summary>
public interface IVaultStore
{
    /// <summary>Writes a file. When this returns, it survives a power cut; when it throws, nothing of it is there under its name.</summary>
    /// <param name="content">Writes the bytes to the stream that it is given.</param>
    Task Write(Guid file, Func<Stream, Task> content, CancellationToken ct);

    /// <summary>Opens a file for reading from any place; null if it is not there.</summary>
    Task<IVaultBytes?> Open(Guid file, CancellationToken ct);

    /// <summary>Its length in bytes as it is stored; null if it is not there.</summary>
    Task<long?> Length(Guid file, CancellationToken ct);

    /// <summary>Removes a file; nothing if it is not there.</summary>
    Task Remove(Guid file, CancellationToken ct);

    /// <summary>Everything that is stored, in any order, unfinished pieces too.</summary>
    IAsyncEnumerable<VaultEntry> All(CancellationToken ct);

    /// <summary>Removes what <see cref="All"/> gave.</summary>
    Task Remove(VaultEntry entry, CancellationToken ct);
}

/// <summary>One thing in a vault store. <paramref name="Place"/> is the store's own word for it.</summary>
public readonly record struct VaultEntry(Guid File, string Place);

/// <summary>A vault file that is open.</summary>
public interface IVaultBytes : IDisposable
{
    /// <summary>In bytes, as it is stored.</summary>
    long Length { get; }

    /// <summary>Reads from a place until the buffer is full or the file ends; gives the bytes read.</summary>
    ValueTask<int> Read(Memory<byte> into, long at, CancellationToken ct);
}
