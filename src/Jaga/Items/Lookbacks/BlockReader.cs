using System.Data;
using System.Data.Common;
using System.Runtime.InteropServices;
using Jaga.Items.Fingerprints;

namespace Jaga.Items.Lookbacks;

/// <summary>Reads blocks one after the other into the same room, on the thread that asks: it bears that thread's share of the machine. Each read is a short one of its own, so that nothing waits for a long one.</summary>
internal sealed class BlockReader(DbConnection connection) : IDisposable
{
    private readonly DbCommand _all = Command(connection, "SELECT number, heads, hashes FROM fingerprint_blocks WHERE number >= @from AND number <= @to ORDER BY number LIMIT 1");
    private readonly DbCommand _onlyHeads = Command(connection, "SELECT number, heads FROM fingerprint_blocks WHERE number >= @from AND number <= @to ORDER BY number LIMIT 1");
    private byte[] _heads = [];
    private byte[] _hashes = [];
    private int _headBytes;
    private int _hashBytes;

    /// <summary>The number of the block that was read.</summary>
    public long Number { get; private set; }

    public ReadOnlySpan<KeptHead> Heads => MemoryMarshal.Cast<byte, KeptHead>(_heads.AsSpan(0, _headBytes));

    /// <summary>The hashes of all of them; empty if they were not asked for.</summary>
    public ReadOnlySpan<byte> Hashes => _hashes.AsSpan(0, _hashBytes);

    /// <summary>Reads the first block of those from <paramref name="from"/> to <paramref name="to"/>; false where there is none.</summary>
    public bool Read(long from, long to, bool hashes)
    {
        var command = hashes ? _all : _onlyHeads;
        (command.Parameters[0].Value, command.Parameters[1].Value) = (from, to);
        using var row = command.ExecuteReader(CommandBehavior.SequentialAccess);
        if (!row.Read())
        {
            return false;
        }

        Number = row.GetInt64(0);
        _headBytes = Fill(row, 1, ref _heads);
        _hashBytes = hashes ? Fill(row, 2, ref _hashes) : 0;
        return true;
    }

    public void Dispose()
    {
        _all.Dispose();
        _onlyHeads.Dispose();
        connection.Dispose();
    }

    private static int Fill(DbDataReader row, int column, ref byte[] room)
    {
        using var stream = row.GetStream(column);
        var length = (int)stream.Length;
        if (room.Length < length)
        {
            room = GC.AllocateUninitializedArray<byte>(length + (length / 8));
        }

        stream.ReadExactly(room, 0, length);
        return length;
    }

    private static DbCommand Command(DbConnection connection, string text)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // One of the constants above.
        command.CommandText = text;
#pragma warning restore CA2100
        foreach (var name in (ReadOnlySpan<string>)["@from", "@to"])
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.DbType) = (name, DbType.Int64);
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
