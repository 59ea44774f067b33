global using Jaga.Kernel;
global using Microsoft.AspNetCore.Http.HttpResults;
global using Microsoft.EntityFrameworkCore;
global using NotFound = Jaga.Kernel.NotFound;
