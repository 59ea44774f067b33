namespace Jaga.Server.Operate;

/// <summary>The folder of everything that Jaga keeps: whether others on this machine may look into it, and where the server that works on it listens.</summary>
internal static class DataFolder
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Through = UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The database's file, where other accounts of this machine may read it; null where they may not, or where it is PostgreSQL's. What is already there is not changed: it may be somebody's choice.</summary>
    public static string? Readable(StorageSettings storage)
    {
        var file = Path.GetFullPath(Path.Combine(storage.Data, "jaga.db"));
        return storage.Connection.Length == 0 && File.Exists(file) && (File.GetUnixFileMode(Path.GetDirectoryName(file)!) & Through) != 0 && (File.GetUnixFileMode(file) & Others) != 0 ? file : null;
    }

    /// <summary>What the operator is told of it.</summary>
    public static string Warning(string file) => $"Other accounts of this machine may read {file}, with what people reported. For Jaga's own account alone: chmod -R go= {Path.GetDirectoryName(file)}";

    /// <summary>Writes down where the server listens, for the verbs that print links.</summary>
    public static void Remember(StorageSettings storage, string address)
    {
        try
        {
            File.WriteAllText(Told(storage), address + "\n");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // A link that begins with the usual address is no reason not to start.
        }
    }

    /// <summary>Where the server listens that was started last; null where none was.</summary>
    public static string? Address(StorageSettings storage) => File.Exists(Told(storage)) && File.ReadAllText(Told(storage)).Trim() is { Length: > 0 } address ? address : null;

    private static string Told(StorageSettings storage) => Path.Combine(storage.Data, "address");
}
