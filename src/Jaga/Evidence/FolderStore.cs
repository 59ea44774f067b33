using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Jaga.Evidence;

/// <summary>The vault in a folder of this machine: <c>vault/ab/ID</c> in the data folder, written as <c>vault/incoming/ID</c> first.</summary>
public sealed class FolderStore(StorageSettings storage) : IVaultStore
{
    private string Folder => Path.Combine(storage.Data, "vault");

    public async Task Write(Guid file, Func<Stream, Task> content, CancellationToken ct)
    {
        var (part, whole) = (Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, "incoming")).FullName, file.ToString()), PathOf(file));
        try
        {
            await using (var target = new FileStream(part, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            {
                await content(target);
                target.Flush(flushToDisk: true);
            }

            EnsureFolder(Path.GetDirectoryName(whole)!);
            Durable.Name(part, whole);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    public Task<IVaultBytes?> Open(Guid file, CancellationToken ct)
    {
        try
        {
            return Task.FromResult<IVaultBytes?>(new Opened(File.OpenHandle(PathOf(file), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous)));
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<IVaultBytes?>(null);
        }
    }

    public Task<long?> Length(Guid file, CancellationToken ct) => Task.FromResult(new FileInfo(PathOf(file)) is { Exists: true } found ? (long?)found.Length : null);

    public Task Remove(Guid file, CancellationToken ct)
    {
        var path = PathOf(file);
        if (File.Exists(path))
        {
            File.Delete(path);
            Durable.SyncFolder(Path.GetDirectoryName(path)!);
        }

        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<VaultEntry> All([EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask;
        foreach (var path in Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories) : [])
        {
            ct.ThrowIfCancellationRequested();
            if (Guid.TryParse(Path.GetFileName(path), out var file))
            {
                yield return new(file, path);
            }
        }
    }

    public Task Remove(VaultEntry entry, CancellationToken ct)
    {
        File.Delete(entry.Place);
        return Task.CompletedTask;
    }

    private string PathOf(Guid file) => Path.Combine(Folder, file.ToString("N")[^2..], file.ToString());

    private static void EnsureFolder(string folder)
    {
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            Durable.SyncFolder(Path.GetDirectoryName(folder)!);
        }
    }

    private sealed class Opened(SafeFileHandle file) : IVaultBytes
    {
        public long Length { get; } = RandomAccess.GetLength(file);

        public ValueTask<int> Read(Memory<byte> into, long at, CancellationToken ct) => RandomAccess.ReadAsync(file, into, at, ct);

        public void Dispose() => file.Dispose();
    }
}
