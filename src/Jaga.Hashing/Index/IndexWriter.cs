using System.Runtime.InteropServices;

namespace Jaga.Hashing;

/// <summary>
/// Writes a snapshot's file: to a name of its own first, then to the disk, then in the place of what was there. Whatever happens,
/// the name leads to a whole snapshot, the old or the new.
/// </summary>
internal sealed class IndexWriter : IDisposable
{
    private const int BufferBytes = 1 << 16;
    private const long MostAtOnce = 1 << 26;

    private readonly string _kind;
    private readonly string _path;
    private readonly CancellationToken _cancellation;
    private readonly FileStream _file;

    /// <param name="kind">Of which kind of index it is; see <see cref="IndexHeader"/>.</param>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Gives up.</param>
    internal IndexWriter(string kind, string path, CancellationToken cancellation)
    {
        (_kind, _path, _cancellation) = (kind, path, cancellation);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = BufferBytes };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // others' lists are nobody's to read
        _file = new(NewName, options);
        _file.SetLength(0);
        _file.Position = IndexHeader.Bytes;
    }

    private string NewName => _path + ".new";

    /// <summary>Writes a number, −2³¹ to 2³¹ − 1.</summary>
    internal void Number(int number) => _file.Write(MemoryMarshal.AsBytes([number]));

    /// <summary>Writes values that are to be read in place.</summary>
    internal void Section<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        Align();
        _file.Write(MemoryMarshal.AsBytes(values));
        Align();
    }

    /// <summary>Writes memory that is to be read in place.</summary>
    internal void Section(IndexMemory values)
    {
        Align();
        for (long from = 0; from < values.Bytes; from += MostAtOnce)
        {
            _cancellation.ThrowIfCancellationRequested();
            _file.Write(values.Values<byte>(from, (int)Math.Min(MostAtOnce, values.Bytes - from)));
        }
        GC.KeepAlive(values);
        Align();
    }

    /// <summary>Writes the header over all that was written, and lets the file take its place.</summary>
    /// <param name="count">Hashes in it that are not removed.</param>
    internal void Finish(int count)
    {
        _file.Flush();
        var all = IndexMemory.Map(_file);
        var header = IndexHeader.Of(_kind, all, count, _cancellation);
        GC.KeepAlive(all);
        _file.Position = 0;
        _file.Write(header);
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        // The folder is not brought to the disk: after a power cut the old snapshot may be back, and whoever opens it reads in its note how old it is.
        File.Move(NewName, _path, overwrite: true);
    }

    public void Dispose()
    {
        if (!_file.CanWrite)
            return; // finished
        _file.Dispose();
        File.Delete(NewName);
    }

    private void Align()
    {
        ReadOnlySpan<byte> zeros = stackalloc byte[IndexMemory.Alignment];
        var beyond = (int)(_file.Position % IndexMemory.Alignment);
        if (beyond > 0)
            _file.Write(zeros[beyond..]);
    }
}
